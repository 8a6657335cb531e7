import { aborted } from "./failure.js"

/** The same promise, but rejected when the signal aborts: the app's own work cannot always be stopped. */
export const untilAborted = async <A>(signal: AbortSignal, work: A | Promise<A>): Promise<A> => {
  if (signal.aborted) {
    // The caller sees the abort; a later rejection of the work is ignored.
    Promise.resolve(work).catch(() => undefined)
    throw aborted(signal.reason)
  }
  let onAbort = (): void => undefined
  const abortion = new Promise<never>((_, reject) => {
    onAbort = () => reject(aborted(signal.reason))
    signal.addEventListener("abort", onAbort)
  })
  try {
    return await Promise.race([work, abortion])
  } finally {
    signal.removeEventListener("abort", onAbort)
  }
}
