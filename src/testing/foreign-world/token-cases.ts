import { type Case, need } from "../adapter-conformance/case.js"
import { makeContent } from "../adapter-conformance/content.js"
import { check, same } from "../adapter-conformance/expect.js"
import type { ForeignSubject } from "./subject.js"

/** Servers that rotate refresh tokens take a second refresh for theft. */
export const tokenCases: ReadonlyArray<Case<ForeignSubject>> = [
  {
    name: "late-401: two refusals of one token refresh it once",
    run: async (subject) => {
      const countRefreshes = need(subject.given.countRefreshes, "token")
      const contents = await Promise.all([makeContent(1000), makeContent(1000)])
      await subject.prepare(contents)
      await subject.become("late-401")
      const outcomes = await Promise.all(contents.map((content) => subject.fetch(content)))
      for (const outcome of outcomes) check(outcome === "right", `it fails: ${String(outcome)}`)
      same(countRefreshes(), 1, "the number of refreshes")
    },
  },
]
