import type { Case } from "../adapter-conformance/case.js"
import { check, sameBytes } from "../adapter-conformance/expect.js"
import { type ForeignFault, type ForeignSubject, retriedReasons, sizeClasses } from "./subject.js"

/** Worlds in which everything gets through all the same. */
const passing: ReadonlyArray<ForeignFault> = [
  "batch-limit",
  "no-batch",
  "no-head",
  "forbidden-head",
  "compressed",
  "stripped",
]

/** What refuses or changes a part of it holds nothing up. */
export const passingCases: ReadonlyArray<Case<ForeignSubject>> = [
  ...passing.flatMap(
    (fault): ReadonlyArray<Case<ForeignSubject>> =>
      sizeClasses.map((size) => ({
        name: `${fault}: files go over (${size}) and come back`,
        run: async (subject) => {
          const contents = await subject.makeContents(size)
          await subject.become(fault)
          for (const outcome of await subject.send(size, contents))
            check(outcome === "stored", `it fails: ${String(outcome)}`)
          for (const content of contents) {
            const outcome = await subject.fetch(content)
            check(outcome === "right", `coming back: ${String(outcome)}`)
          }
          if (size === "batch") await fetchTogether(subject, contents)
          await subject.become("ours")
          for (const content of contents) await subject.requireThere(content)
        },
      })),
  ),
  {
    name: "clock-skew: a signature that is not valid yet stops nothing",
    run: async (subject) => {
      const contents = await subject.makeContents("single")
      await subject.become("clock-skew")
      const [outcome] = await subject.send("single", contents)
      check(
        outcome === "stored" || retriedReasons.includes(outcome?.reason ?? "Unknown"),
        `it stops: ${String(outcome)}`,
      )
      await subject.become("ours")
      for (const again of await subject.send("single", contents))
        check(again === "stored", `afterwards it fails: ${String(again)}`)
    },
  },
]

const fetchTogether = async (
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
