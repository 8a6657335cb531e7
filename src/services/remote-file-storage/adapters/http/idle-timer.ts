import { RemoteFailure } from "../../../../types/index.js"
import { aborted } from "./failure.js"

/** Aborts a transfer that makes no progress. */
export interface IdleTimer {
  /** Aborted by the caller, or when the timeout has passed. */
  readonly signal: AbortSignal
  /** Restarts the timer: bytes moved, or an answer is awaited from now on. */
  readonly onProgress: (allowanceMs?: number) => void
  /** Stops the timer until the next `onProgress`: nothing is awaited. */
  readonly pause: () => void
  readonly stop: () => void
  /** The failure that ended the transfer: a timeout, the caller's abort, or else `otherwise`. */
  readonly explain: (cause: unknown, otherwise: string) => RemoteFailure
  /** Aborts the transfer. */
  readonly abort: () => void
}

/** Starts the timer of one transfer. */
export const startIdleTimer = (outer: AbortSignal, stallTimeoutMs: number): IdleTimer => {
  const inner = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitedMs: number | undefined
  const pause = () => clearTimeout(timer)
  const onAbort = () => inner.abort(outer.reason)
  const stop = () => {
    pause()
    outer.removeEventListener("abort", onAbort)
  }
  const onProgress = (allowanceMs = stallTimeoutMs) => {
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
    onProgress()
  }
  return {
    signal: inner.signal,
    onProgress,
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
