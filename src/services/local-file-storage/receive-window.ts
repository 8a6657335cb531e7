import { Deferred, Effect } from "effect"

/** Network pieces are joined to this size before they cross to the worker. A crossing costs what 100 KB cost to write. */
const joinBytes = 1024 * 1024

/** Joined pieces on their way to the worker at once. It never waits for the next, and memory stays at a few MB. */
const maxInFlight = 4

/** Hands pieces of a download to a worker, joined and a few at a time. */
export interface ReceiveWindow<E> {
  /** Resolves when the next piece may come. Fails with what an earlier piece failed with. */
  readonly write: (bytes: Uint8Array<ArrayBuffer>) => Effect.Effect<void, E>
  /** Hands over what was gathered and waits until the worker has everything. */
  readonly flush: Effect.Effect<void, E>
  /** Discards buffered bytes and an earlier failure, once no write is in progress. */
  readonly reset: Effect.Effect<void>
}

/** A window over `send`, which must keep the order of its calls and gives each buffer back, to be filled again. */
export const makeReceiveWindow = <E>(
  send: (bytes: Uint8Array<ArrayBuffer>) => Effect.Effect<ArrayBuffer, E>,
): ReceiveWindow<E> => {
  // A new buffer for every piece would wait for the garbage collector in two threads, which does not keep up with a
  // fast connection.
  const spare: Array<ArrayBuffer> = []
  let gathered = new Uint8Array(joinBytes)
  let gatheredBytes = 0
  let inFlight = 0
  let failure: { readonly error: E } | undefined
  let waiting: Deferred.Deferred<void> | undefined

  const settled = (): void => {
    inFlight--
    if (waiting !== undefined) Deferred.unsafeDone(waiting, Effect.void)
    waiting = undefined
  }
  /** Not waited for: the worker writes while the network brings the next. */
  const post = (bytes: Uint8Array<ArrayBuffer>): Effect.Effect<void> =>
    Effect.suspend(() => {
      inFlight++
      return Effect.asVoid(
        Effect.forkDaemon(
          send(bytes).pipe(
            Effect.map((buffer) => {
              if (buffer.byteLength === joinBytes) spare.push(buffer)
            }),
            Effect.catchAll((error) => Effect.sync(() => (failure ??= { error }))),
            Effect.ensuring(Effect.sync(settled)),
          ),
        ),
      )
    })
  const untilFewerThan = (limit: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (inFlight < limit) return Effect.void
      return Effect.flatMap(Deferred.make<void>(), (room) => {
        waiting = room
        return Effect.zipRight(Deferred.await(room), untilFewerThan(limit))
      })
    })
  const check: Effect.Effect<void, E> = Effect.suspend(() =>
    failure === undefined ? Effect.void : Effect.fail(failure.error),
  )
  const postGathered: Effect.Effect<void> = Effect.suspend(() => {
    if (gatheredBytes === 0) return Effect.void
    const bytes = gatheredBytes === joinBytes ? gathered : gathered.slice(0, gatheredBytes)
    // A full buffer is handed over with its memory.
    if (bytes === gathered) gathered = new Uint8Array(spare.pop() ?? new ArrayBuffer(joinBytes))
    gatheredBytes = 0
    return post(bytes)
  })

  return {
    write: (bytes) =>
      Effect.gen(function* () {
        for (let at = 0; at < bytes.byteLength; ) {
          const piece = bytes.subarray(at, at + joinBytes - gatheredBytes)
          gathered.set(piece, gatheredBytes)
          gatheredBytes += piece.byteLength
          at += piece.byteLength
          if (gatheredBytes < joinBytes) continue
          yield* postGathered
          yield* untilFewerThan(maxInFlight)
        }
        yield* check
      }),
    flush: postGathered.pipe(Effect.zipRight(untilFewerThan(1)), Effect.zipRight(check)),
    reset: Effect.zipRight(
      untilFewerThan(1),
      Effect.sync(() => {
        gatheredBytes = 0
        failure = undefined
      }),
    ),
  }
}
