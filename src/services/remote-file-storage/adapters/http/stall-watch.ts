import { RemoteFailure } from "../../../../types/index.js"
import { aborted } from "./failure.js"

/** Ends a transfer on which nothing moves. */
export interface StallWatch {
  /** Aborted by the caller, or when the time was up. */
  readonly signal: AbortSignal
  /** Something moved, or something is waited for from now on; counts the time anew. */
  readonly moved: (allowanceMs?: number) => void
  /** Nothing is waited for at present: the time stands still. */
  readonly pause: () => void
  readonly stop: () => void
  /** What a failure that ended the transfer means: a stall, the caller's abort, or else `otherwise`. */
  readonly explain: (cause: unknown, otherwise: string) => RemoteFailure
  /** Aborts from our side. */
  readonly abort: () => void
}

/** Watches one transfer, beginning now. */
export const watchForStall = (outer: AbortSignal, stallTimeoutMs: number): StallWatch => {
  const inner = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitedMs: number | undefined
  const pause = () => clearTimeout(timer)
  const onAbort = () => inner.abort(outer.reason)
  const stop = () => {
    pause()
    outer.removeEventListener("abort", onAbort)
  }
  const moved = (allowanceMs = stallTimeoutMs) => {
    pause()
    timer = setTimeout(() => {
      waitedMs = allowanceMs
      stop()
      inner.abort()
    }, allowanceMs)
  }
  if (outer.aborted) inner.abort(outer.reason)
  else {
    outer.addEventListener("abort", onAbort)
    moved()
  }
  return {
    signal: inner.signal,
    moved,
    pause,
    stop,
    explain: (cause, otherwise) => {
      if (waitedMs !== undefined)
        return new RemoteFailure("Timeout", `The server was silent for ${Math.round(waitedMs)} ms`, { cause })
      return outer.aborted ? aborted(cause) : new RemoteFailure("Offline", otherwise, { cause })
    },
    abort: () => inner.abort(),
  }
}
