import { abortCases } from "./adapter-conformance/abort-cases.js"
import { batchCases } from "./adapter-conformance/batch-cases.js"
import { type Case, SkipCase } from "./adapter-conformance/case.js"
import { within } from "./adapter-conformance/expect.js"
import { failureCases } from "./adapter-conformance/failure-cases.js"
import { multipartCases } from "./adapter-conformance/multipart-cases.js"
import { resumeCases } from "./adapter-conformance/resume-cases.js"
import { type AdapterUnderTest, makeSubject } from "./adapter-conformance/subject.js"
import { transferCases } from "./adapter-conformance/transfer-cases.js"

export type { AdapterFaults, AdapterUnderTest } from "./adapter-conformance/subject.js"

/** One promise of the adapter contract. */
export interface ConformanceCase {
  readonly name: string
  /**
   * Rejects when the adapter breaks the promise. `skipped` says why the case did not apply, such as an adapter without
   * batches.
   */
  readonly run: () => Promise<{ readonly skipped?: string }>
}

/** Options of {@link describeAdapter}. */
export interface ConformanceOptions {
  /** A case that takes longer is broken, in ms. Default 90,000; the slowest takes some 15 s on a machine that is not busy. */
  readonly caseTimeoutMs?: number
}

const defaultCaseTimeoutMs = 90_000

/**
 * The contract of `RemoteStorageAdapter`, as cases for any test framework. `make` is called again for each case; the
 * cases make their own contents, so they may all share one store.
 */
export const adapterConformance = (
  make: () => AdapterUnderTest | Promise<AdapterUnderTest>,
  { caseTimeoutMs = defaultCaseTimeoutMs }: ConformanceOptions = {},
): ReadonlyArray<ConformanceCase> =>
  everyCase.map(({ name, run }) => ({
    name,
    run: async () => {
      const given = await make()
      try {
        await within(caseTimeoutMs, run(makeSubject(given)), "the case")
        return {}
      } catch (error) {
        if (error instanceof SkipCase) return { skipped: error.message }
        throw error
      } finally {
        await given.cleanup?.()
      }
    },
  }))

/** Registers the cases with `describe` and `it` of mocha, or of anything that has them. */
export const describeAdapter = (
  name: string,
  make: () => AdapterUnderTest | Promise<AdapterUnderTest>,
  { caseTimeoutMs = defaultCaseTimeoutMs }: ConformanceOptions = {},
): void => {
  describe(`${name} keeps the adapter contract`, () => {
    for (const { name: promise, run } of adapterConformance(make, { caseTimeoutMs })) {
      it(promise, async function () {
        this.timeout(caseTimeoutMs + 5000)
        const { skipped } = await run()
        if (skipped !== undefined) this.skip()
      })
    }
  })
}

const everyCase: ReadonlyArray<Case> = [
  ...transferCases,
  ...resumeCases,
  ...abortCases,
  ...failureCases,
  ...multipartCases,
  ...batchCases,
]
