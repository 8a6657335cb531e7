import { SkipCase } from "./adapter-conformance/case.js"
import { within } from "./adapter-conformance/expect.js"
import type { ConformanceCase } from "./adapter-conformance.js"
import { blockedCases } from "./foreign-world/blocked-cases.js"
import { type ForeignCase, type SizeClass, sizeClasses } from "./foreign-world/foreign-case.js"
import { passingCases } from "./foreign-world/passing-cases.js"
import { type ForeignWorldUnderTest, makeForeignSubject } from "./foreign-world/subject.js"
import { tokenCases } from "./foreign-world/token-cases.js"
import { tornCases } from "./foreign-world/torn-cases.js"

export type { ForeignFault } from "./foreign-world/faults.js"
export type { SizeClass } from "./foreign-world/foreign-case.js"
export type { BackgroundUploader, ForeignWorldUnderTest } from "./foreign-world/subject.js"

/** Options of {@link describeForeignWorld}. */
export interface ForeignWorldOptions {
  /** The size classes to try. Default: all. */
  readonly sizes?: ReadonlyArray<SizeClass>
  /** So many cases run at the same time; above 1, `make` gives each a world of its own. Default 1. */
  readonly atOnce?: number
}

type Make = () => ForeignWorldUnderTest | Promise<ForeignWorldUnderTest>

/** A case that takes longer is broken, in ms. */
const caseTimeoutMs = 120_000

/**
 * How an adapter must treat answers that do not come from the file server: sign-in pages, index pages, proxies that
 * refuse, compress or strip. Cases for any test framework; `make` is called again for each. Two rules hold in all of
 * them: what resolves is true, and nothing stops for good. The world between adapter and store is a real HTTP server of
 * the test's, which takes the shape that a case asks for.
 */
export const foreignWorld = (
  make: Make,
  { sizes = sizeClasses }: Pick<ForeignWorldOptions, "sizes"> = {},
): ReadonlyArray<ConformanceCase> =>
  everyCase
    .filter(({ size }) => size === undefined || sizes.includes(size))
    .map(({ name, run }) => ({
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
export const describeForeignWorld = (name: string, make: Make, options: ForeignWorldOptions = {}): void => {
  const cases = foreignWorld(make, options)
  let outcomes: ReadonlyArray<ReturnType<ConformanceCase["run"]>> | undefined
  describe(`${name} in a foreign world`, () => {
    for (const [at, { name: promise }] of cases.entries()) {
      it(promise, async function () {
        this.timeout(caseTimeoutMs + 5000)
        outcomes ??= runAtOnce(cases, options.atOnce ?? 1)
        const { skipped } = (await outcomes[at]) ?? {}
        if (skipped !== undefined) this.skip()
      })
    }
  })
}

/** Runs cases in order, so many at a time; the outcome of each by its place. */
const runAtOnce = (
  cases: ReadonlyArray<ConformanceCase>,
  atOnce: number,
): ReadonlyArray<ReturnType<ConformanceCase["run"]>> => {
  const outcomes: Array<ReturnType<ConformanceCase["run"]>> = []
  for (const [at, { run }] of cases.entries()) {
    const earlier = outcomes.slice(0, Math.max(0, at - atOnce + 1))
    const outcome = Promise.allSettled(earlier).then(run)
    // Each test awaits its own, perhaps long after it has failed.
    outcome.catch(() => undefined)
    outcomes.push(outcome)
  }
  return outcomes
}

const everyCase: ReadonlyArray<ForeignCase> = [...blockedCases, ...tornCases, ...passingCases, ...tokenCases]
