import { Clock, Effect } from "effect"
import type { DownloadError } from "../../errors/index.js"
import { hurryAfterMs } from "./retry-after-limit.js"
import type { Transfer } from "./transfer-table.js"

/**
 * While a server asked for a long wait: once a minute, whether it is well again already. Then what waits for it is tried
 * now. Ends when nothing waits like that any more.
 */
export const hurryLoop = (
  checkHealth: Effect.Effect<void, DownloadError>,
  all: () => Iterable<Transfer>,
  tryNow: (transfer: Transfer) => void,
): Effect.Effect<void> => {
  const waiting = () =>
    [...all()].filter(({ phase, mayHurryAt }) => phase === "waiting" && mayHurryAt !== null)
  const look = Effect.zipRight(checkHealth, Clock.currentTimeMillis).pipe(
    Effect.map((now) => {
      for (const transfer of waiting()) if ((transfer.mayHurryAt ?? 0) <= now) tryNow(transfer)
    }),
    Effect.ignore, // The wait stays as long as it is.
  )
  const loop: Effect.Effect<void> = Effect.sleep(hurryAfterMs).pipe(
    Effect.zipRight(look),
    Effect.zipRight(Effect.suspend(() => (waiting().length > 0 ? loop : Effect.void))),
  )
  return loop
}
