import { expect } from "@esm-bundle/chai"
import { Chunk, Duration, Effect, Schedule, TestClock } from "effect"
import { itEffect } from "../../../test/support/it-effect.js"
import {
  defaultRetrySchedule,
  shouldRetry,
  isCongestion,
  leastPauseMs,
  retryClassOf,
  type TransferFailureReason,
} from "./retry-policy.js"

describe("shouldRetry", () => {
  const table: ReadonlyArray<readonly [TransferFailureReason, tries: ReadonlyArray<boolean>]> = [
    // Whether it is tried again after the first, the second, the third and the hundredth failure.
    ["Offline", [true, true, true, true]],
    ["Timeout", [true, true, true, true]],
    ["ServerError", [true, true, true, true]],
    ["RateLimited", [true, true, true, true]],
    ["Unknown", [true, true, false, false]],
    ["IntegrityMismatch", [true, true, false, false]],
    ["Unavailable", [true, true, false, false]],
    ["Damaged", [true, true, false, false]],
    ["Locked", [true, true, true, true]],
    ["Unauthorized", [false, false, false, false]],
    ["Forbidden", [false, false, false, false]],
    ["NotOurServer", [true, true, true, true]],
    ["NotFound", [false, false, false, false]],
    ["TooLarge", [false, false, false, false]],
    ["QuotaExceeded", [false, false, false, false]],
    ["Rejected", [false, false, false, false]],
    ["Aborted", [true, true, true, true]],
    ["NotUploaded", [false, false, false, false]],
    ["Pinned", [false, false, false, false]],
    ["Changed", [false, false, false, false]],
  ]
  for (const [reason, tries] of table) {
    it(`after ${reason} says ${tries.map((again) => (again ? "again" : "stop")).join(", ")}`, () => {
      expect([1, 2, 3, 100].map((attempt) => shouldRetry(retryClassOf(reason), attempt))).to.deep.equal(tries)
    })
  }

  it("asks three times more for what a record says is there, after 5 s, 30 s and 5 min", () => {
    const retryClass = retryClassOf("NotFound", "download")
    expect([1, 2, 3, 4].map((attempt) => shouldRetry(retryClass, attempt))).to.deep.equal([
      true,
      true,
      true,
      false,
    ])
    expect([1, 2, 3].map((attempt) => leastPauseMs(retryClass, attempt))).to.deep.equal([
      5_000, 30_000, 300_000,
    ])
  })
})

describe("isCongestion", () => {
  const answers: Readonly<Record<TransferFailureReason, boolean>> = {
    Offline: true,
    Timeout: true,
    ServerError: true,
    RateLimited: true,
    // Fewer at once would change nothing about these.
    NotOurServer: false,
    Unknown: false,
    IntegrityMismatch: false,
    Unavailable: false,
    Damaged: false,
    Locked: false,
    Unauthorized: false,
    Forbidden: false,
    NotFound: false,
    TooLarge: false,
    QuotaExceeded: false,
    Rejected: false,
    Aborted: false,
    NotUploaded: false,
    Pinned: false,
    StillReferenced: false,
    Changed: false,
    Paused: false,
    NotStarted: false,
  }
  for (const [reason, answer] of Object.entries(answers)) {
    it(`says ${answer ? "yes" : "no"} to ${reason}`, () =>
      expect(isCongestion(reason as TransferFailureReason)).to.equal(answer))
  }
})

describe("the default retry clock", () => {
  itEffect("doubles from a second, caps each delay near a minute, and never ends", () =>
    Effect.gen(function* () {
      const delays = Schedule.delays(defaultRetrySchedule)
      const run = yield* Effect.fork(Schedule.run(delays, 0, Array.from({ length: 40 })))
      yield* TestClock.adjust("1 day")
      const seconds = Chunk.toReadonlyArray(yield* run).map(Duration.toSeconds)
      expect(seconds).to.have.length(40)
      seconds.forEach((delay, at) => {
        const whole = Math.min(2 ** at, 60)
        expect(delay, `delay ${at}`).to.be.within(whole * 0.8 - 0.001, whole * 1.2 + 0.001)
      })
      // Jitter: devices that failed together do not come back together.
      expect(new Set(seconds.slice(10)).size).to.be.greaterThan(20)
    }),
  )
})
