import { expect } from "@esm-bundle/chai"
import { contentDisposition, safeFileName } from "./content-disposition.js"

const table: ReadonlyArray<readonly [title: string, name: string | undefined, expected: string]> = [
  ["no name", undefined, "inline"],
  ["an empty name", "", "inline"],
  ["a plain name", "report.pdf", 'inline; filename="report.pdf"'],
  ["spaces", "my report.pdf", 'inline; filename="my report.pdf"'],
  ["accents", "über.txt", "inline; filename=\"_ber.txt\"; filename*=UTF-8''%C3%BCber.txt"],
  ["an emoji", "🎉.png", "inline; filename=\"_.png\"; filename*=UTF-8''%F0%9F%8E%89.png"],
  ["Hebrew", "שלום.txt", "inline; filename=\"____.txt\"; filename*=UTF-8''%D7%A9%D7%9C%D7%95%D7%9D.txt"],
  ["an ending turned round", "cod\u202Egnp.exe", 'inline; filename="codgnp.exe"'],
  ["direction marks", "\u200Fa\u2067b\u2069.txt", 'inline; filename="ab.txt"'],
  ["quotes", 'a"b.txt', "inline; filename=\"a'b.txt\"; filename*=UTF-8''a%22b.txt"],
  ["a percent sign", "100%41.txt", "inline; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"],
  [
    "a star, brackets and apostrophe",
    "ü*(a)'.txt",
    "inline; filename=\"_*(a)'.txt\"; filename*=UTF-8''%C3%BC%2A%28a%29%27.txt",
  ],
  ["a path upwards", "../../etc/passwd", 'inline; filename=".._.._etc_passwd"'],
  ["a Windows path", "C:\\temp\\a.txt", 'inline; filename="C:_temp_a.txt"'],
  ["a header break", "a\r\nSet-Cookie: x=1", 'inline; filename="aSet-Cookie: x=1"'],
  ["a null and C1 controls", "a\u0000\u0085\u009Fb.txt", 'inline; filename="ab.txt"'],
  ["line separators", "a\u2028b\u2029.txt", 'inline; filename="ab.txt"'],
  ["only dots", "..", 'inline; filename="file"'],
  ["only controls", "\u0000\u202E", 'inline; filename="file"'],
  ["half a surrogate pair", "a\uD800.txt", "inline; filename=\"a_.txt\"; filename*=UTF-8''a%EF%BF%BD.txt"],
]

describe("contentDisposition", () => {
  for (const [title, name, expected] of table) {
    it(`writes ${title}`, () => expect(contentDisposition("inline", name)).to.equal(expected))
  }
  it("writes an attachment", () => {
    expect(contentDisposition("attachment", "a.txt")).to.equal('attachment; filename="a.txt"')
  })
  it("gives a header value that Headers accepts, whatever the name", () => {
    for (let code = 0; code < 0x3000; code += 1) {
      const value = contentDisposition("attachment", `x${String.fromCharCode(code)}y`)
      expect(new Headers({ "Content-Disposition": value }).get("Content-Disposition")).to.equal(value)
      expect(value).to.match(/^attachment; filename="[^"\\]+"(; filename\*=UTF-8''[\w!#$&+\-.^`|~%]+)?$/)
    }
  })
})

describe("safeFileName", () => {
  it("cuts a name of 300 characters to 255 bytes and keeps its ending", () => {
    const cut = safeFileName(`${"a".repeat(300)}.jpeg`)
    expect(cut).to.equal(`${"a".repeat(250)}.jpeg`)
  })
  it("never cuts a character in two", () => {
    const cut = safeFileName(`${"🎉".repeat(300)}.png`)
    expect(cut).to.equal(`${"🎉".repeat(62)}.png`)
    expect(new TextEncoder().encode(cut).length).to.be.at.most(255)
  })
  it("does not take a long tail for an ending", () => {
    expect(safeFileName(`a.${"b".repeat(300)}`)).to.equal(`a.${"b".repeat(253)}`)
  })
})
