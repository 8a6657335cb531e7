import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import type { BackendUnderTest } from "./backend-under-test.js"
import { clientFor, hashOf } from "./client.js"

const script = "<script>alert(document.domain)</script>"

/** Files that would run script on the app's origin if they were served as what they say they are. */
const hostileFiles: ReadonlyArray<readonly [title: string, mimeType: string, content: string]> = [
  ["a page", "text/html", `<!doctype html>${script}`],
  ["a page with a charset", "text/html; charset=utf-7", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"],
  ["a page in capitals", "TEXT/HTML", script],
  ["XHTML", "application/xhtml+xml", `<html xmlns="http://www.w3.org/1999/xhtml">${script}</html>`],
  ["XML with a style sheet", "text/xml", `<?xml-stylesheet href="data:text/xsl,x"?><a/>`],
  ["a script", "text/javascript", "alert(1)"],
  ["a module", "application/javascript", "alert(1)"],
  ["a style sheet", "text/css", "@import 'https://evil.example'"],
  ["a PDF with script", "application/pdf", "%PDF-1.4 /OpenAction << /S /JavaScript >>"],
  ["a web archive", "multipart/related", script],
  ["a mail", "message/rfc822", script],
  ["wasm", "application/wasm", "\0asm"],
  ["a manifest", "application/manifest+json", "{}"],
  ["no type at all", "", script],
  ["a broken type", "text/html\u00FF", script],
]

/** What the protocol promises about files that want to harm the person who opens them. */
export const servingContract = (name: string, start: () => Promise<BackendUnderTest>): void => {
  describe(`hostile files (${name})`, () => {
    let backend: BackendUnderTest
    let client: ReturnType<typeof clientFor>
    before(async () => {
      backend = await start()
      client = clientFor(backend.url)
    })
    after(() => backend.stop())

    const serve = async (content: string, mimeType: string): Promise<Response> => {
      const key = `acme/${hashOf(content)}`
      await client.send(`/files/${key}`, {
        method: "PUT",
        body: new TextEncoder().encode(content),
        headers: { "Content-Type": mimeType },
      })
      return client.send(`/files/${key}`)
    }

    for (const [title, mimeType, content] of hostileFiles) {
      it(`offers ${title} for saving only`, async () => {
        const answer = await serve(`${content}<!-- ${title} -->`, mimeType)
        assert.equal(answer.status, 200)
        assert.equal(answer.headers.get("Content-Type"), "application/octet-stream")
        assert.match(answer.headers.get("Content-Disposition") ?? "", /^attachment/)
        assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff")
        assert.match(answer.headers.get("Content-Security-Policy") ?? "", /^sandbox; default-src 'none'/)
      })
    }

    it("shows an SVG without its script", async () => {
      const answer = await serve(`<svg xmlns="http://www.w3.org/2000/svg">${script}</svg>`, "image/svg+xml")
      assert.equal(answer.headers.get("Content-Type"), "image/svg+xml")
      const policy = answer.headers.get("Content-Security-Policy") ?? ""
      assert.match(policy, /^sandbox; default-src 'none'/)
      assert.doesNotMatch(policy, /script-src|allow-scripts|allow-same-origin/)
    })

    it("shows text that looks like a page as text", async () => {
      const answer = await serve(`<!doctype html>text ${script}`, "text/plain; charset=utf-16")
      assert.equal(answer.headers.get("Content-Type"), "text/plain; charset=utf-8")
      assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff")
    })

    it("seals ranges as it seals whole files", async () => {
      const content = `<html>${script} range`
      await serve(content, "text/html")
      const answer = await client.send(`/files/acme/${hashOf(content)}`, { headers: { Range: "bytes=0-5" } })
      assert.equal(answer.status, 206)
      assert.equal(answer.headers.get("Content-Type"), "application/octet-stream")
      assert.equal(answer.headers.get("X-Content-Type-Options"), "nosniff")
      assert.match(answer.headers.get("Content-Security-Policy") ?? "", /^sandbox; default-src 'none'/)
    })
  })
}
