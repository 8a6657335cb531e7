/** Skips the running test and says why, in its title: a limit of the engine it runs in, found by trying, not by name. */
export const skipBecause = (context: Mocha.Context, reason: string): never => {
  if (context.test !== undefined) context.test.title += ` (skipped: ${reason})`
  return context.skip()
}

/** What to say instead of running a test; `undefined` runs it. */
export type Unless = () => Promise<string | undefined>
