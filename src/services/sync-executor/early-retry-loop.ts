import { Clock, Effect } from "effect"
import type { DownloadError } from "../../errors/index.js"
import { earlyRetryAfterMs } from "./retry-after-limit.js"
import type { Transfer } from "./transfer-table.js"

/**
 * While a server's `Retry-After` is long, probes it once a minute, and retries the waiting transfers as soon as it answers.
 * Ends when no transfer waits for it.
 */
export const earlyRetryLoop = (
  checkHealth: Effect.Effect<void, DownloadError>,
  all: () => Iterable<Transfer>,
  tryNow: (transfer: Transfer) => void,
): Effect.Effect<void> => {
  const waiting = () =>
    [...all()].filter(({ phase, mayRetryEarlyAt }) => phase === "waiting" && mayRetryEarlyAt !== null)
  const look = Effect.zipRight(checkHealth, Clock.currentTimeMillis).pipe(
    Effect.map((now) => {
      for (const transfer of waiting()) if ((transfer.mayRetryEarlyAt ?? 0) <= now) tryNow(transfer)
    }),
    Effect.ignore, // No answer: the transfers keep waiting.
  )
  const loop: Effect.Effect<void> = Effect.sleep(earlyRetryAfterMs).pipe(
    Effect.zipRight(look),
    Effect.zipRight(Effect.suspend(() => (waiting().length > 0 ? loop : Effect.void))),
  )
  return loop
}
