import { aborted } from "./failure.js"

/** The same promise, given up when the signal aborts: what the app does meanwhile cannot always be stopped. */
export const untilAborted = async <A>(signal: AbortSignal, work: A | Promise<A>): Promise<A> => {
  if (signal.aborted) {
    // Nobody waits for it any more, so nobody hears how it ends.
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
