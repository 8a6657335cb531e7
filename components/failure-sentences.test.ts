import { expect } from "@esm-bundle/chai"
import { failureLine } from "./failure-sentences.js"
import type { LocalizeController } from "./localize/localize-controller.js"
import { en } from "./localize/en.js"

const localize = { term: (term: keyof typeof en) => en[term] } as unknown as LocalizeController

describe("the sentence about a failure", () => {
  for (const reason of [
    "Unauthorized",
    "Forbidden",
    "QuotaExceeded",
    "TooLarge",
    "NotOurServer",
    "NotFound",
    "Rejected",
    "IntegrityMismatch",
    "SomethingNew",
  ]) {
    it(`of an upload, ${reason}: what happened, what can be done, and that the file is safe`, () => {
      const line = failureLine({ reason, side: "upload" }, "here", localize)
      expect(line).to.match(/^.+\. .+\. It is safe on this device\.$/)
    })
  }

  it("of a file that is in the page's memory alone: that it is not saved", () => {
    expect(failureLine({ reason: "QuotaExceeded", side: "local" }, "page", localize)).to.equal(
      "There is no space left on this device. Free some space, then try again. It is not saved yet.",
    )
  })

  it("of a file that is not here: nothing about where it is", () => {
    expect(failureLine({ reason: "NotFound", side: "download" }, "elsewhere", localize)).to.equal(
      "The file is no longer there. Try again, or remove it.",
    )
  })
})
