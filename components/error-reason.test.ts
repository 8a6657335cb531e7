import { expect } from "@esm-bundle/chai"
import { termForError } from "./error-reason.js"

describe("the sentence for an error", () => {
  for (const [reason, side, term] of [
    ["NotOurServer", "upload", "errorAddress"],
    ["NotOurServer", "download", "errorAddress"],
    ["Paused", "download", "errorPaused"],
    ["NotStarted", "download", "errorNotStarted"],
    ["NotFound", "upload", "errorAddress"],
    ["NotFound", "download", "errorNotFound"],
    ["SomethingNew", "upload", "errorUnknown"],
  ] as const) {
    it(`of ${reason} while ${side} is ${term}`, () => {
      expect(termForError({ reason, side })).to.equal(term)
    })
  }
})
