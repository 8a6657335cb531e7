import { Effect, Schedule, Stream } from "effect"
import type { FileRecords } from "../file-records/FileRecords.js"
import type { Outbox } from "./Outbox.js"

/** A shorter interruption is not reported: LiveStore reconnects within seconds. */
const downAfter = "5 seconds"

/** What this tab knows of its connection to LiveStore's sync backend. */
export interface BackendConnection {
  /** Whether this store was ever connected to a sync backend, in this session or an earlier one. */
  readonly isKnown: () => boolean
  /** Whether there were journals of other tabs when this one began, in a store that was ever connected; `true` until it is known. */
  readonly mayHaveJournals: () => boolean
  /** Whether it is connected now; `undefined` = not known yet. */
  readonly isUp: () => boolean | undefined
  /** Keeps both up to date; never ends. */
  readonly follow: Effect.Effect<never>
}

/** Follows the connection; `onChange` is called after every change. */
export const makeBackendConnection = (
  log: FileRecords["Type"]["log"],
  outbox: Outbox["Type"],
  onChange: () => void,
): BackendConnection => {
  let isKnown = false
  let mayHaveJournals = log.mayHaveBackend
  let isUp: boolean | undefined
  const becomeKnown = Effect.sync(() => {
    if (isKnown) return
    isKnown = true
    onChange()
  })
  // The flag only serves the next start, so a failure to write it is ignored.
  const remember = Effect.ignore(
    Effect.flatMap(outbox.hasBackend, (is) => (is ? Effect.void : outbox.noteBackend)),
  )
  const followConnection = log.connection.pipe(
    Stream.changes,
    Stream.flatMap(
      (isConnected) =>
        isConnected ? Stream.make(true) : Stream.fromEffect(Effect.delay(Effect.succeed(false), downAfter)),
      { switch: true },
    ),
    Stream.runForEach((isConnected) =>
      Effect.gen(function* () {
        isUp = isConnected
        if (isConnected && !isKnown) {
          yield* becomeKnown
          yield* remember
        }
        onChange()
      }),
    ),
    // The connection belongs to LiveStore's leader, which may be in another tab that closes; the next leader answers.
    Effect.catchAllCause((cause) => Effect.logDebug("LiveStore's log cannot be read now", cause)),
    Effect.repeat(Schedule.spaced("2 seconds")),
    Effect.zipRight(Effect.never),
  )
  // At once: until it is done, nothing is known of what earlier sessions left, and the status looks calm.
  const recall = Effect.gen(function* () {
    const isRemembered = yield* outbox.hasBackend
    mayHaveJournals = isRemembered && (yield* outbox.otherTabs).length > 0
    if (isRemembered) yield* becomeKnown
  }).pipe(
    Effect.catchAll(() => Effect.sync(() => (mayHaveJournals = false))),
    Effect.zipRight(Effect.sync(onChange)),
    Effect.when(() => log.mayHaveBackend),
  )
  return {
    isKnown: () => isKnown,
    mayHaveJournals: () => mayHaveJournals,
    isUp: () => isUp,
    follow: Effect.zipRight(Effect.fork(recall), followConnection),
  }
}
