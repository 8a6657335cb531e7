import { expect } from "@esm-bundle/chai"
import { scrub, shortId } from "./redact.js"

const hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
const uuid = "0b6f1c9e-3f1d-4d53-8a5e-0f8c1b0a2d3e"

describe("scrub", () => {
  const sentences: ReadonlyArray<readonly [given: string, redacted: string, withNames: string]> = [
    ["The server said 503.", "The server said 503.", "The server said 503."],
    [
      "GET https://user:pass@files.example/api/a%20b?X-Amz-Signature=abc#x failed",
      "GET <address> failed",
      "GET <address> failed",
    ],
    ['at "blob:https://app.example/1-2"', 'at "<address>"', 'at "<address>"'],
    ["Authorization: Bearer abc.def", "Authorization: Bearer <secret>", "Authorization: Bearer <secret>"],
    ["the digest differs", "the digest differs", "the digest differs"],
    ["sent Bearer s3cr3t", "sent Bearer <secret>", "sent Bearer <secret>"],
    ["token=hunter2 refused", "token=<secret> refused", "token=<secret> refused"],
    ["jwt eyJhbGciOi.eyJzdWIi.sig", "jwt <secret>", "jwt <secret>"],
    ["key AKIAIOSFODNN7EXAMPLE0123456789 is old", "key <secret> is old", "key <secret> is old"],
    ["written by ann@example.org", "written by <mail>", "written by <mail>"],
    [`no bytes for ${hash}`, "no bytes for <hash>", `no bytes for ${hash}`],
    [`file ${uuid} is gone`, "file <id> is gone", `file ${uuid} is gone`],
    ["my letter.txt is too large", "my <name> is too large", "my letter.txt is too large"],
    [
      "an unusually-long-but-harmless-word",
      "an unusually-long-but-harmless-word",
      "an unusually-long-but-harmless-word",
    ],
  ]

  for (const [given, redacted, withNames] of sentences) {
    it(`makes “${redacted}” of “${given}”`, () => {
      expect(scrub(given, false, ["letter.txt"])).to.equal(redacted)
      expect(scrub(given, true, ["letter.txt"])).to.equal(withNames)
    })
  }

  it("takes the longer of two names first", () => {
    expect(scrub("a.txt.bak and a.txt", false, ["a.txt", "a.txt.bak"])).to.equal("<name> and <name>")
  })
})

describe("shortId", () => {
  it("is the same for the same id, another for another, and holds nothing of it", () => {
    expect(shortId(uuid)).to.equal(shortId(uuid))
    expect(shortId(uuid)).not.to.equal(shortId(`${uuid}x`))
    expect(shortId(uuid)).to.match(/^file-[0-9a-f]{8}$/)
  })
})
