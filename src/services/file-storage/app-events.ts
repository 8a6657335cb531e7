import { Effect } from "effect"
import { InvalidFileError } from "../../errors/index.js"

/** The app's own events for a commit. Fails with `InvalidFileError` (`InvalidCommit`) when it throws or gives no list. */
export const appEventsOf = <A>(
  commit: ((value: A) => ReadonlyArray<unknown>) | undefined,
  value: A,
): Effect.Effect<ReadonlyArray<unknown>, InvalidFileError> =>
  Effect.try({
    try: () => {
      const events = commit?.(value) ?? []
      if (!Array.isArray(events)) throw new TypeError("`commit` must give a list of events")
      return events
    },
    catch: (cause) => new InvalidFileError({ reason: "InvalidCommit", cause }),
  })
