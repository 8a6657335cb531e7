import type { ObjectStorage } from "../object-storage.js"

/** Something that uses a store; it stops before each call until it is its turn. */
export interface Actor {
  readonly run: (storage: ObjectStorage, stop: () => Promise<void>) => Promise<void>
  /** Calls that do not stop, because nothing that happens meanwhile can change what they find. */
  readonly passes?: (call: string, key: string) => boolean
  /** Called after the deletion of something that was there. */
  readonly onRemoved?: (key: string) => void
}

interface Running {
  next: (() => void) | undefined
  isDone: boolean
  error: unknown
}

/**
 * Runs actors over one store in a given order of their calls: `choose` says which of those that wait goes on. Only one
 * runs at a time, so the same choices give the same run.
 */
export const interleave = async (
  storage: ObjectStorage,
  actors: ReadonlyArray<Actor>,
  choose: (waiting: number) => number,
): Promise<void> => {
  let onStopped: () => void = () => {}
  const states = actors.map((): Running => ({ next: undefined, isDone: false, error: undefined }))
  const until = (state: Running): Promise<void> =>
    new Promise((resolve) => {
      onStopped = resolve
      if (state.isDone || state.next !== undefined) resolve()
    })
  for (const [index, actor] of actors.entries()) {
    const state = states[index] as Running
    const stop = (): Promise<void> =>
      new Promise((resolve) => {
        state.next = resolve
        onStopped()
      })
    actor
      .run(stopping(storage, stop, actor), stop)
      .catch((error: unknown) => {
        state.error = error
      })
      .finally(() => {
        state.isDone = true
        onStopped()
      })
    await until(state)
  }
  for (;;) {
    const waiting = states.filter(({ next }) => next !== undefined)
    if (waiting.length === 0) break
    const state = waiting[choose(waiting.length)] as Running
    const next = state.next as () => void
    state.next = undefined
    const stopped = until(state)
    next()
    await stopped
  }
  const failed = states.find(({ error }) => error !== undefined)
  if (failed !== undefined) throw failed.error
}

const stopping = (
  storage: ObjectStorage,
  stop: () => Promise<void>,
  { passes = () => false, onRemoved }: Actor,
): ObjectStorage => {
  const turn = async (call: string, key: string): Promise<void> => {
    if (!passes(call, key)) await stop()
  }
  return {
    ...storage,
    head: async (key) => {
      await turn("head", key)
      return storage.head(key)
    },
    read: async (key, span) => {
      await turn("read", key)
      return storage.read(key, span)
    },
    write: async (key, body, facts) => {
      await turn("write", key)
      return storage.write(key, body, facts)
    },
    remove: async (keys) => {
      await turn("remove", keys[0] ?? "")
      for (const key of keys) {
        if ((await storage.head(key)) !== undefined) onRemoved?.(key)
      }
      return storage.remove(keys)
    },
  }
}

/** Every order there is, one after the other: `run` is called with the choices of each. Gives back how many there were. */
export const everyOrder = async (
  run: (choose: (waiting: number) => number) => Promise<void>,
): Promise<number> => {
  let path: Array<{ choice: number; readonly of: number }> = []
  for (let count = 1; ; count++) {
    let at = 0
    await run((of) => {
      const known = path[at]
      at += 1
      if (known !== undefined) return known.choice
      path.push({ choice: 0, of })
      return 0
    })
    while (path.length > 0 && (path.at(-1)?.choice ?? 0) + 1 >= (path.at(-1)?.of ?? 0)) path.pop()
    const last = path.at(-1)
    if (last === undefined) return count
    path = [...path.slice(0, -1), { choice: last.choice + 1, of: last.of }]
  }
}

/** Orders by chance, the same ones each time. */
export const someOrders = async (
  count: number,
  run: (choose: (waiting: number) => number) => Promise<void>,
): Promise<void> => {
  let state = 12_345
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % below
  }
  for (let round = 0; round < count; round++) await run(random)
}
