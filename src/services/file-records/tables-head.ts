import { Clock, Duration, Effect } from "effect"
import { type AttachedStore, storeInternals } from "./attached-store.js"

interface SequenceNumber {
  readonly global: number
  readonly client: number
}

type WithTables = AttachedStore & {
  readonly [storeInternals]?: {
    readonly sqliteDbWrapper?: { readonly debug?: { readonly head?: SequenceNumber } }
  }
}

const lookEveryMs = 20

const toText = ({ global, client }: SequenceNumber): string =>
  client === 0 ? `e${global}` : `e${global}.${client}`

/** How often an event was moved is no part of its place. */
const placeOf = (seqNum: string): string => seqNum.replace(/r\d+$/, "")

/** Where the tables stood when this tab received them: LiveStore notes that of an event only once it has applied one. */
const receivedHead = (store: AttachedStore): string | undefined => {
  try {
    const query =
      "SELECT seqNumGlobal AS global, seqNumClient AS client FROM __livestore_session_changeset ORDER BY seqNumGlobal DESC, seqNumClient DESC LIMIT 1"
    const [head] = store.query({ query, bindValues: {} }) as ReadonlyArray<SequenceNumber>
    return head === undefined ? "e0" : toText(head)
  } catch {
    return undefined
  }
}

/** Whether a tab's tables have come as far as LiveStore's count of events. */
export interface TablesHead {
  /**
   * Resolves when they have, after `limit` at the latest. They stay behind where the last event changes no table, which
   * is waited for once.
   */
  readonly whenCurrent: (limit: Duration.DurationInput) => Effect.Effect<void>
}

/**
 * Compares a tab's tables with its place in LiveStore's log. While LiveStore 0.4.0 puts events behind those of others, a
 * tab counts on first and changes its tables later, up to seconds later on a busy machine. What the tables say until then is
 * of no use, and what is committed meanwhile is undone with the rest, and not made again.
 */
export const makeTablesHead = (store: WithTables): TablesHead => {
  const received = receivedHead(store)
  let waited = { at: "", ms: 0 }

  /** `undefined` = they are current, as far as can be said. */
  const lag = (): string | undefined => {
    try {
      const head = store[storeInternals]?.sqliteDbWrapper?.debug?.head
      const localHead = store.syncStatus().localHead
      if (head === undefined || localHead === undefined) return undefined
      const tables = head.global === 0 && head.client === 0 ? received : toText(head)
      const place = placeOf(localHead)
      return tables === undefined || tables === place ? undefined : `${tables} ${place}`
    } catch {
      return undefined // The store was shut down.
    }
  }

  return {
    whenCurrent: (limit) =>
      Effect.gen(function* () {
        const limitMs = Duration.toMillis(limit)
        const endAt = (yield* Clock.currentTimeMillis) + limitMs
        // Nothing may come between the last look and what its caller does: no timer, and no fiber that is raced.
        for (let behind = lag(); behind !== undefined; behind = lag()) {
          if (behind === waited.at && waited.ms >= limitMs) return
          if ((yield* Clock.currentTimeMillis) >= endAt) {
            waited = { at: behind, ms: limitMs }
            return
          }
          yield* Effect.sleep(lookEveryMs)
        }
      }),
  }
}
