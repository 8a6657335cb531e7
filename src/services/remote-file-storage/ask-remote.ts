import { Context, Duration, Effect } from "effect"
import { RemoteFailure } from "../../types/index.js"

/**
 * How long the remote may be silent before a request is aborted and counts as a time-out. Our choice: half as much
 * again as the shipped adapters allow, who see every byte and so should speak first.
 */
export class StallLimit extends Context.Reference<StallLimit>()("filesync/StallLimit", {
  defaultValue: () => Duration.seconds(90),
}) {}

/** The slowest line anybody waits for, 256 kbit/s: an adapter that tells no progress has so long to send its bytes. */
const slowestBytesPerMs = 32

/** Sent as far as the browser knows, and still in the buffers of the system. Our choice: what operating systems set. */
const bufferedBytes = 4 * 1024 ** 2

/** Looks at a request that many times within the limit, so that it ends at most a quarter late. Our choice. */
const looks = 4

/**
 * A request that ends when nothing was heard for the `StallLimit`; `moved` says that something was. `silentBytes`, at
 * the beginning and of every `moved`, are bytes nobody will tell about. Ending it, for whatever reason, aborts the signal.
 */
export const askRemote = <A, E>(
  ask: (signal: AbortSignal, moved: (silentBytes?: number) => void) => Promise<A>,
  toError: (thrown: unknown) => E,
  silentBytes = 0,
): Effect.Effect<A, E> =>
  Effect.flatMap(StallLimit, (limit) => {
    const lookMs = Duration.toMillis(limit) / looks
    const looksFor = (bytes: number) => looks + Math.floor(bytes / slowestBytesPerMs / lookMs)
    let left = looksFor(silentBytes)
    // One more: the next look may come at once.
    const moved = (bytes = 0) => void (left = looksFor(bytes) + 1)
    const stalled = Effect.sleep(lookMs).pipe(
      Effect.repeat({ while: () => --left > 0 }),
      Effect.flatMap(() =>
        Effect.fail(toError(new RemoteFailure("Timeout", "The remote was silent for too long"))),
      ),
    )
    return Effect.raceFirst(
      Effect.tryPromise({ try: (signal) => ask(signal, moved), catch: toError }),
      stalled,
    )
  })

/** Progress of an upload that also says that it moved; the same number again is none. */
export const movingProgress = (
  moved: (silentBytes?: number) => void,
  onProgress: (loadedBytes: number, totalBytes: number) => void,
): ((loadedBytes: number, totalBytes: number) => void) => {
  let latest = 0
  return (loadedBytes, totalBytes) => {
    if (loadedBytes > latest) {
      latest = loadedBytes
      moved(loadedBytes < totalBytes ? 0 : Math.min(loadedBytes, bufferedBytes))
    }
    onProgress(loadedBytes, totalBytes)
  }
}
