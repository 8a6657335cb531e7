import { Context, Duration, Effect } from "effect"
import { RemoteFailure } from "../../types/index.js"

/**
 * How long a request may make no progress before it is aborted and fails with `Timeout`. Default 90 seconds: half as much
 * again as the shipped adapters allow, which see every byte and so should fail first.
 */
export class IdleTimeout extends Context.Reference<IdleTimeout>()("filesync/IdleTimeout", {
  defaultValue: () => Duration.seconds(90),
}) {}

/** 256 kbit/s, the slowest connection that works: an adapter that reports no progress gets so long to send its bytes. */
const slowestBytesPerMs = 32

/** Bytes that the browser has reported as sent may still be in the system's send buffer; this is its usual size. */
const bufferedBytes = 4 * 1024 ** 2

/** A request is checked this many times within the timeout, so that it ends at most a quarter late. */
const checks = 4

/**
 * Runs a request and fails it with `Timeout` when it makes no progress for `IdleTimeout`. Call `onProgress` on progress.
 * `unreportedBytes` extends the time by what a slow connection needs for bytes whose progress the adapter cannot report.
 * However the request ends, its signal is aborted.
 */
export const withIdleTimeout = <A, E>(
  run: (signal: AbortSignal, onProgress: (unreportedBytes?: number) => void) => Promise<A>,
  toError: (thrown: unknown) => E,
  unreportedBytes = 0,
): Effect.Effect<A, E> =>
  Effect.flatMap(IdleTimeout, (limit) => {
    const checkMs = Duration.toMillis(limit) / checks
    const checksFor = (bytes: number) => checks + Math.floor(bytes / slowestBytesPerMs / checkMs)
    let left = checksFor(unreportedBytes)
    // One more: the next check may come at once.
    const onProgress = (bytes = 0) => void (left = checksFor(bytes) + 1)
    const stalled = Effect.sleep(checkMs).pipe(
      Effect.repeat({ while: () => --left > 0 }),
      Effect.flatMap(() =>
        Effect.fail(toError(new RemoteFailure("Timeout", "The remote was silent for too long"))),
      ),
    )
    return Effect.raceFirst(
      Effect.tryPromise({ try: (signal) => run(signal, onProgress), catch: toError }),
      stalled,
    )
  })

/** A progress callback that also restarts the idle timeout; the same number again is no progress. */
export const reportProgress = (
  restartTimeout: (unreportedBytes?: number) => void,
  onProgress: (loadedBytes: number, totalBytes: number) => void,
): ((loadedBytes: number, totalBytes: number) => void) => {
  let latest = 0
  return (loadedBytes, totalBytes) => {
    if (loadedBytes > latest) {
      latest = loadedBytes
      restartTimeout(loadedBytes < totalBytes ? 0 : Math.min(loadedBytes, bufferedBytes))
    }
    onProgress(loadedBytes, totalBytes)
  }
}
