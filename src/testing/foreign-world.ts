import { type Case, SkipCase } from "./adapter-conformance/case.js"
import { within } from "./adapter-conformance/expect.js"
import type { ConformanceCase } from "./adapter-conformance.js"
import { blockedCases } from "./foreign-world/blocked-cases.js"
import { passingCases } from "./foreign-world/passing-cases.js"
import { tokenCases } from "./foreign-world/token-cases.js"
import { type ForeignWorldUnderTest, makeForeignSubject } from "./foreign-world/subject.js"

export type { ForeignFault, ForeignWorldUnderTest } from "./foreign-world/subject.js"

/** A case that takes longer is broken, in ms. */
const caseTimeoutMs = 60_000

/**
 * What an adapter must withstand from things that are no file server: sign-in pages, index pages, proxies that refuse,
 * compress or strip. Cases for any test framework; `make` is called anew for each. Two rules hold in all of them:
 * what resolves is true, and nothing stops for good. The world between adapter and store is a real HTTP server of the
 * test's, which takes the shape that a case asks for.
 */
export const foreignWorld = (
  make: () => ForeignWorldUnderTest | Promise<ForeignWorldUnderTest>,
): ReadonlyArray<ConformanceCase> =>
  everyCase.map(({ name, run }) => ({
    name,
    run: async () => {
      const given = await make()
      try {
        await within(caseTimeoutMs, run(makeForeignSubject(given)), "the case")
        return {}
      } catch (error) {
        if (error instanceof SkipCase) return { skipped: error.message }
        throw error
      } finally {
        await given.become("ours")
        await given.cleanup?.()
      }
    },
  }))

/** Registers the cases with `describe` and `it` of mocha, or of anything that has them. */
export const describeForeignWorld = (
  name: string,
  make: () => ForeignWorldUnderTest | Promise<ForeignWorldUnderTest>,
): void => {
  describe(`${name} in a foreign world`, () => {
    for (const { name: promise, run } of foreignWorld(make)) {
      it(promise, async function () {
        this.timeout(caseTimeoutMs + 5000)
        const { skipped } = await run()
        if (skipped !== undefined) this.skip()
      })
    }
  })
}

const everyCase: ReadonlyArray<Case<ReturnType<typeof makeForeignSubject>>> = [
  ...blockedCases,
  ...passingCases,
  ...tokenCases,
]
