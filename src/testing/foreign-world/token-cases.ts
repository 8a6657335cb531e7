import { need } from "../adapter-conformance/case.js"
import { makeContent } from "../adapter-conformance/content.js"
import { check, same } from "../adapter-conformance/expect.js"
import { type ForeignCase, forEachSize } from "./foreign-case.js"

/** Servers that rotate refresh tokens take a second refresh for theft. */
export const tokenCases: ReadonlyArray<ForeignCase> = [
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
  ...forEachSize(
    (size) => `late-401: uploads (${size}) beside a download refresh a token once`,
    async (subject, size) => {
      const countRefreshes = need(subject.given.countRefreshes, "token")
      const there = await makeContent(1000)
      await subject.prepare([there])
      const groups = await Promise.all([subject.makeContents(size), subject.makeContents(size)])
      await subject.become("late-401")
      const [fetched, ...sent] = await Promise.all([
        subject.fetch(there),
        ...groups.map((contents) => subject.send(size, contents)),
      ])
      check(fetched === "right", `the download fails: ${String(fetched)}`)
      for (const outcome of sent.flat()) check(outcome === "stored", `it fails: ${String(outcome)}`)
      same(countRefreshes(), 1, "the number of refreshes")
      for (const content of groups.flat()) await subject.requireThere(content)
    },
  ),
]
