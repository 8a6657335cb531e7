import { expect } from "@esm-bundle/chai"
import { planAction, type Action } from "./plan-action.js"

const yes = true
const no = false

describe("decide", () => {
  // deleted, remote, present, failed, evicted, hasRemote, wanted → need
  const table: ReadonlyArray<
    readonly [boolean, boolean, boolean, boolean, boolean, boolean, boolean, Action]
  > = [
    [no, no, yes, no, no, yes, yes, "Upload"],
    [no, no, yes, no, no, yes, no, "Upload"],
    [no, no, yes, yes, no, yes, yes, "Nothing"],
    [no, no, yes, no, no, no, yes, "Nothing"],
    [no, no, no, no, no, yes, yes, "Nothing"],
    [no, yes, yes, no, no, yes, yes, "Nothing"],
    [no, yes, no, no, no, yes, yes, "Download"],
    [no, yes, no, no, no, yes, no, "Nothing"],
    [no, yes, no, no, yes, yes, yes, "Nothing"],
    [no, yes, no, yes, no, yes, yes, "Nothing"],
    [no, yes, no, no, no, no, yes, "Nothing"],
    [yes, no, yes, no, no, yes, yes, "Forget"],
    [yes, yes, no, yes, yes, no, no, "Forget"],
  ]
  for (const [isDeleted, isRemote, isPresent, hasFailed, isEvicted, hasRemote, isWanted, need] of table) {
    const facts = { isDeleted, isRemote, isPresent, hasFailed, isEvicted, hasRemote, isWanted }
    const words = Object.entries(facts).flatMap(([name, value]) => (value ? [name] : []))
    it(`says ${need} when ${words.join(", ") || "nothing is so"}`, () => {
      expect(
        planAction({ isDeleted, isRemote }, { isPresent, hasFailed, isEvicted }, { hasRemote, isWanted }),
      ).to.equal(need)
    })
  }
})
