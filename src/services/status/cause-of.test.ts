import { expect } from "@esm-bundle/chai"
import type { FailureSide, SyncCause } from "../../types/index.js"
import { type CauseFacts, causeOf } from "./cause-of.js"

const calm: CauseFacts = {
  hasRemote: true,
  isDeviceOnline: true,
  isRemoteReached: true,
  probeFailure: null,
  failures: [],
}

describe("causeOf", () => {
  const single: ReadonlyArray<readonly [reason: string, side: FailureSide, cause: SyncCause | null]> = [
    ["Offline", "upload", "unreachable"],
    ["Timeout", "download", "unreachable"],
    ["ServerError", "upload", "server-trouble"],
    ["RateLimited", "upload", "server-trouble"],
    ["Unauthorized", "download", "signed-out"],
    ["Forbidden", "upload", "not-allowed"],
    ["QuotaExceeded", "upload", "server-full"],
    ["QuotaExceeded", "local", "device-full"],
    ["NotFound", "upload", "wrong-address"],
    ["NotOurServer", "upload", "wrong-address"],
    ["NotOurServer", "download", "wrong-address"],
    // These are about one file, not about the whole.
    ["NotFound", "download", null],
    ["TooLarge", "upload", null],
    ["Rejected", "upload", null],
    ["IntegrityMismatch", "download", null],
    ["NotFound", "local", null],
    ["Unknown", "local", null],
  ]
  for (const [reason, side, cause] of single) {
    it(`says ${cause ?? "nothing"} for ${reason} (${side})`, () => {
      expect(causeOf({ ...calm, failures: [{ reason, side }] })).to.equal(cause)
    })
  }

  it("says nothing when nothing is wrong, and nothing where there is no remote", () => {
    expect(causeOf(calm)).to.equal(null)
    expect(causeOf({ ...calm, hasRemote: false, isDeviceOnline: false, isRemoteReached: false })).to.equal(
      null,
    )
  })

  it("distinguishes a device without a network, a server that cannot be reached, and one that fails", () => {
    const lost = { ...calm, isRemoteReached: false }
    expect(causeOf({ ...lost, probeFailure: "Offline", isDeviceOnline: false })).to.equal("offline")
    expect(causeOf({ ...lost, probeFailure: "Offline" })).to.equal("unreachable")
    expect(causeOf({ ...lost, probeFailure: null })).to.equal("unreachable")
    expect(causeOf({ ...lost, probeFailure: "ServerError" })).to.equal("server-trouble")
    expect(causeOf({ ...lost, probeFailure: "Unauthorized" })).to.equal("signed-out")
  })

  it("says the most important of several", () => {
    const failures = [
      { reason: "Forbidden", side: "upload" },
      { reason: "QuotaExceeded", side: "local" },
      { reason: "Unauthorized", side: "download" },
      { reason: "TooLarge", side: "upload" },
    ] as const
    expect(causeOf({ ...calm, failures })).to.equal("signed-out")
    expect(causeOf({ ...calm, failures: failures.slice(0, 2) })).to.equal("device-full")
  })
})
