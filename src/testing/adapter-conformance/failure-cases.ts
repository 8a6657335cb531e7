import type { RemoteFailureReason } from "../../types/index.js"
import { type Case, need } from "./case.js"
import { makeContent } from "./content.js"
import { failsWith, same } from "./expect.js"
import type { Subject } from "./subject.js"

/** What a status means for retrying. */
const reasons: ReadonlyArray<readonly [number, RemoteFailureReason]> = [
  [400, "Rejected"],
  [401, "Unauthorized"],
  [403, "Forbidden"],
  [413, "TooLarge"],
  [429, "RateLimited"],
  [500, "ServerError"],
  [502, "ServerError"],
  [503, "ServerError"],
  [507, "QuotaExceeded"],
]

const everyOperation = async (subject: Subject): Promise<ReadonlyArray<() => Promise<unknown>>> => {
  const { adapter, requestFor } = subject
  const content = await makeContent(500_000)
  const request = requestFor(content)
  return [
    () => subject.upload(content),
    () => subject.download(content),
    () => subject.download(content, { offset: 10 }),
    () => adapter.delete(request),
    () => adapter.checkHealth(request),
    ...(adapter.head === undefined ? [] : [() => adapter.head?.(request) ?? Promise.resolve()]),
    ...(adapter.multipart === undefined
      ? []
      : [() => adapter.multipart?.begin(request) ?? Promise.resolve()]),
  ]
}

/** Every failure says why, in words that a retry policy understands. */
export const failureCases: ReadonlyArray<Case> = [
  ...reasons.map(
    ([status, reason]): Case => ({
      name: `says ${reason} for status ${status}`,
      run: async (subject) => {
        const answerAll = need(subject.faults.answerAll, "way to answer in the store's place")
        const operations = await everyOperation(subject)
        await answerAll({ status })
        for (const operation of operations)
          same((await failsWith(operation(), reason)).status, status, "the status")
      },
    }),
  ),
  {
    name: "passes on how long to wait",
    run: async (subject) => {
      const answerAll = need(subject.faults.answerAll, "way to answer in the store's place")
      const operations = await everyOperation(subject)
      for (const status of [429, 503]) {
        await answerAll({ status, headers: { "Retry-After": "7" } })
        for (const operation of operations) {
          const failure = await failsWith(operation(), "RateLimited", "ServerError")
          same(failure.retryAfterMs, 7000, `the wait after ${status}`)
        }
      }
    },
  },
  {
    name: "says Offline when the store cannot be reached",
    run: async (subject) => {
      const dropAll = need(subject.faults.dropAll, "way to drop connections")
      const operations = await everyOperation(subject)
      await dropAll()
      for (const operation of operations) await failsWith(operation(), "Offline")
    },
  },
]
