import { makeContent } from "../adapter-conformance/content.js"
import { check, failsWith } from "../adapter-conformance/expect.js"
import type { ForeignFault } from "./faults.js"
import { type ForeignCase, forEachSize, type SizeClass } from "./foreign-case.js"
import { type ForeignSubject, retriedReasons, type UploadOutcome } from "./subject.js"

/** Worlds in which nothing gets through. */
const blocking: ReadonlyArray<ForeignFault> = [
  "single-page",
  "captive-portal",
  "redirect-302",
  "redirect-303",
  "redirect-307",
  "empty-200",
  "error-200",
  "json-200",
  "not-found-page",
  "not-found-files",
  "precondition-412",
  "retry-after",
  "retry-after-date",
  "half-closed",
]

/** Worlds that say how long to wait; the failure must carry that wait even where its status alone would be retried. */
const imposing: ReadonlySet<ForeignFault> = new Set(["retry-after", "retry-after-date"])

/** Worlds that answer as a server that is well, so that only the proof shows what they are. */
const seemWell: ReadonlySet<ForeignFault> = new Set([
  "single-page",
  "captive-portal",
  "redirect-302",
  "redirect-303",
  "redirect-307",
  "empty-200",
  "json-200",
  "not-found-page",
  "not-found-files",
  "precondition-412",
])

/** The longest wait that a server may impose, in ms. */
const maxRetryAfterMs = 60 * 60 * 1000

const checkUploads = async (subject: ForeignSubject, fault: ForeignFault, size: SizeClass) => {
  const contents = await subject.makeContents(size)
  await subject.become(fault)
  const outcomes = await subject.send(size, contents)
  await subject.become("ours")
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome === "stored") {
      const content = contents[at]
      if (content !== undefined) await subject.requireThere(content)
    } else if (outcome !== "waits") checkFailure(fault, outcome)
  }
  await goesOver(subject, size, contents)
}

const checkFailure = (fault: ForeignFault, outcome: Exclude<UploadOutcome, "stored" | "waits">) => {
  check((outcome.retryAfterMs ?? 0) <= maxRetryAfterMs, `it waits ${outcome.retryAfterMs} ms`)
  if (imposing.has(fault)) check(outcome.retryAfterMs !== undefined, "it does not learn how long to wait")
  if (!seemWell.has(fault)) return
  check(outcome.reason === "NotOurServer", `it says ${outcome.reason} (${outcome.message}), not NotOurServer`)
}

/** In a world that is right again, contents are stored, and are there. */
export const goesOver = async (
  subject: ForeignSubject,
  size: SizeClass,
  contents: Parameters<ForeignSubject["send"]>[1],
): Promise<void> => {
  for (const outcome of await subject.send(size, contents))
    check(outcome === "stored", `afterwards it fails: ${String(outcome)}`)
  for (const content of contents) await subject.requireThere(content)
}

/** Nothing counts as done, nothing stops for good, and everything is transferred once the world is right again. */
export const blockedCases: ReadonlyArray<ForeignCase> = blocking.flatMap(
  (fault): ReadonlyArray<ForeignCase> => [
    ...forEachSize(
      (size) => `${fault}: no upload (${size}) counts, and it succeeds afterwards`,
      (subject, size) => checkUploads(subject, fault, size),
    ),
    {
      name: `${fault}: no answer counts as a file's bytes, and they come afterwards`,
      run: async (subject) => {
        subject.needAdapter()
        const content = await makeContent(300_000)
        await subject.prepare([content])
        await subject.become(fault)
        const outcome = await subject.fetch(content)
        check(outcome !== "wrong", "wrong bytes, and nothing said that the answer is not the file's")
        await subject.become("ours")
        const afterwards = await subject.fetch(content)
        check(afterwards === "right", `afterwards: ${String(afterwards)}`)
      },
    },
    {
      name: `${fault}: nothing counts as deleted, and the remote not as healthy`,
      run: async (subject) => {
        subject.needAdapter()
        const content = await makeContent(1000)
        const request = subject.through.requestFor(content)
        await subject.prepare([content])
        await subject.become(fault)
        await failsWith(subject.through.adapter.delete(request), ...retriedReasons)
        if (fault !== "not-found-files")
          await failsWith(subject.through.adapter.checkHealth(request), ...retriedReasons)
        const isThere = await (subject.through.adapter.isStored?.(request) ?? Promise.resolve(false)).catch(
          () => false,
        )
        check(!isThere, "it counts as stored because something else said so")
        await subject.become("ours")
        await subject.requireThere(content)
      },
    },
  ],
)
