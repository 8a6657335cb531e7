import { makeContent } from "../adapter-conformance/content.js"
import { check } from "../adapter-conformance/expect.js"
import { goesOver } from "./blocked-cases.js"
import type { ForeignFault } from "./faults.js"
import { type ForeignCase, forEachSize } from "./foreign-case.js"
import { fetchTogether } from "./passing-cases.js"

/** Worlds in which a request or an answer does not arrive whole. */
const torn: ReadonlyArray<ForeignFault> = ["cut-uploads", "cut-answers", "silent", "not-there-yet"]

/**
 * The store may or may not have done what it was asked: what counts as stored is there, and the rest is transferred
 * afterwards.
 */
export const tornCases: ReadonlyArray<ForeignCase> = torn.flatMap((fault): ReadonlyArray<ForeignCase> => {
  const impatiently = fault === "silent"
  return [
    ...forEachSize(
      (size) => `${fault}: an upload (${size}) counts only when it is there, and succeeds afterwards`,
      async (subject, size) => {
        const contents = await subject.makeContents(size, { tiny: impatiently })
        await subject.become(fault)
        const outcomes = await subject.send(size, contents, { impatiently })
        await subject.become("ours")
        for (const [at, content] of contents.entries())
          if (outcomes[at] === "stored") await subject.requireThere(content)
        await goesOver(subject, size, contents)
      },
    ),
    {
      name: `${fault}: what arrives of a file is no file, and the rest comes afterwards`,
      run: async (subject) => {
        subject.needAdapter()
        const contents = await Promise.all([makeContent(100_000), makeContent(100_000)])
        await subject.prepare(contents)
        await subject.become(fault)
        for (const content of contents) {
          const outcome = await subject.fetch(content, { impatiently })
          check(
            outcome !== "wrong" && outcome !== "wrong, and said so",
            "a part of a file counts as the whole",
          )
        }
        await subject.become("ours")
        for (const content of contents) {
          const afterwards = await subject.fetch(content)
          check(afterwards === "right", `afterwards: ${String(afterwards)}`)
        }
        if (subject.given.adapter.batch !== undefined) await fetchTogether(subject, contents)
      },
    },
  ]
})
