import { makeContent } from "../adapter-conformance/content.js"
import { check, sameBytes } from "../adapter-conformance/expect.js"
import { goesOver } from "./blocked-cases.js"
import type { ForeignFault } from "./faults.js"
import { type ForeignCase, forEachSize } from "./foreign-case.js"
import { type ForeignSubject, retriedReasons } from "./subject.js"

/** Worlds in which everything gets through all the same. */
const passing: ReadonlyArray<ForeignFault> = [
  "batch-limit",
  "no-batch",
  "no-head",
  "forbidden-head",
  "compressed",
  "compressed-suffix",
  "stripped",
  "slow",
]

/** A world that refuses or changes a part of the traffic stops no transfer. */
export const passingCases: ReadonlyArray<ForeignCase> = [
  ...passing.flatMap((fault) =>
    forEachSize(
      (size) => `${fault}: files are uploaded (${size}) and downloaded`,
      async (subject, size) => {
        const contents = await subject.makeContents(size)
        await subject.become(fault)
        for (const outcome of await subject.send(size, contents))
          check(outcome === "stored", `it fails: ${String(outcome)}`)
        if (subject.given.uploader === undefined) {
          for (const content of contents) {
            const outcome = await subject.fetch(content)
            check(outcome === "right", `coming back: ${String(outcome)}`)
          }
          if (size === "batch") await fetchTogether(subject, contents)
        }
        await subject.become("ours")
        for (const content of contents) await subject.requireThere(content)
      },
    ),
  ),
  ...forEachSize(
    (size) => `clock-skew: a signature that is not valid yet stops no upload (${size})`,
    async (subject, size) => {
      const contents = await subject.makeContents(size)
      await subject.become("clock-skew")
      for (const outcome of await subject.send(size, contents)) {
        const shouldRetry =
          outcome === "stored" || outcome === "waits" || retriedReasons.includes(outcome.reason)
        check(shouldRetry, `it stops: ${String(outcome)}`)
      }
      await subject.become("ours")
      await goesOver(subject, size, contents)
    },
  ),
  {
    name: "clock-skew: a signature that is not valid yet stops no download",
    run: async (subject) => {
      subject.needAdapter()
      const content = await makeContent(100_000)
      await subject.prepare([content])
      await subject.become("clock-skew")
      const outcome = await subject.fetch(content)
      const shouldRetry =
        outcome === "right" || (typeof outcome === "object" && retriedReasons.includes(outcome.reason))
      check(shouldRetry, `it stops: ${String(outcome)}`)
      await subject.become("ours")
      const afterwards = await subject.fetch(content)
      check(afterwards === "right", `afterwards: ${String(afterwards)}`)
    },
  },
]

/** Fetches contents in one batch, and requires all their bytes. */
export const fetchTogether = async (
  { through: { adapter, requestFor } }: ForeignSubject,
  contents: ReadonlyArray<Parameters<typeof requestFor>[0]>,
): Promise<void> => {
  const seen = new Map<number, Uint8Array>()
  await adapter.batch?.downloadMany({
    files: contents.map((content) => requestFor(content)),
    signal: new AbortController().signal,
    onFile: async (at, result) => {
      if (result instanceof Uint8Array) seen.set(at, result)
    },
  })
  for (const [at, content] of contents.entries())
    sameBytes(seen.get(at) ?? new Uint8Array(0), content.bytes, `file ${at} of a batch`)
}
