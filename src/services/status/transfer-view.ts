import { Context, Effect, Layer } from "effect"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import { type Transfer, type TransferKind, transferKey } from "../sync-executor/transfer-table.js"
import type { LeaderUpdate, TransferSnapshot } from "../tabs/TabChannel.js"

/** Transfers as this tab sees them: its own when it is the leader, else the leader's last messages. */
export class TransferView extends Context.Tag("filesync/TransferView")<
  TransferView,
  {
    readonly get: (kind: TransferKind, contentHash: string) => TransferSnapshot | undefined
    readonly all: () => Iterable<TransferSnapshot>
    readonly isOnline: () => boolean
    /** Bytes of all transfers since the last time there were none. */
    readonly sums: () => LeaderUpdate["sums"]
    readonly connection: () => LeaderUpdate["connection"]
    readonly isLeader: () => boolean
    /** Whether it knows the transfers: it is the leader, or the leader has sent a snapshot. */
    readonly hasSnapshot: () => boolean
    /** It leads and has taken over what closed tabs left, or the leader has sent a snapshot. */
    readonly isInformed: () => boolean
    /** Called once the leader has taken over what closed tabs left. */
    readonly setRecovered: () => void
    /** It leads, or waits to: `start` was called. */
    readonly isTakingPart: () => boolean
    readonly setTakingPart: (isTakingPart: boolean) => void
    readonly setLeader: (isLeader: boolean) => void
    /** This tab led, failed at it, and has not led since. */
    readonly hasFailed: () => boolean
    readonly setFailed: (hasFailed: boolean) => void
    /**
     * Applies a message of the leader; gives the contents whose transfers differ from before. Parts of a snapshot are for
     * the tab that they name.
     */
    readonly follow: (news: LeaderUpdate, tabId: string) => ReadonlyArray<string>
    /** Changes since the last call, for the leader to send; at most `limit` transfers. */
    readonly news: (limit: number) => LeaderUpdate & { readonly isAll: boolean }
    /** The whole state for a new tab, `limit` transfers at a time; it may change between two of them. */
    readonly whole: (tabId: string, limit: number) => Iterable<LeaderUpdate>
  }
>() {}

const toSnapshot = ({
  failure,
  kind,
  contentHash,
  phase,
  bytesDone,
  bytesTotal,
  attempt,
  nextRetryAt,
}: Transfer) => ({
  kind,
  contentHash,
  phase,
  bytesDone,
  bytesTotal,
  attempt,
  nextRetryAt,
  // The error of an earlier attempt is not shown once the next one is queued or runs.
  error: phase === "failed" || phase === "waiting" ? (failure?.info ?? null) : null,
})

type Facts = Pick<LeaderUpdate, "online" | "sums" | "connection">

const noFacts: Facts = {
  online: true,
  sums: { bytesDone: 0, bytesTotal: 0 },
  connection: { failure: null, nextProbeAt: null },
}

const isSame = (one: TransferSnapshot | undefined, other: TransferSnapshot): boolean =>
  one?.phase === other.phase && one.bytesDone === other.bytesDone && one.attempt === other.attempt

/** The leader's transfers, built from its messages. */
class FollowedTransfers {
  facts = noFacts
  hasSnapshot = false
  readonly byKey = new Map<string, TransferSnapshot>()
  /** While a snapshot comes in parts: keys that were known before and have not come again. */
  #unconfirmed: Set<string> | undefined

  reset(): void {
    this.facts = noFacts
    this.hasSnapshot = false
    this.byKey.clear()
    this.#unconfirmed = undefined
  }

  follow({ changed, gone, whole, ...facts }: LeaderUpdate, tabId: string): ReadonlyArray<string> {
    if (whole !== null && whole.tabId !== tabId) return []
    this.facts = facts
    if (whole?.isFirst === true) this.#unconfirmed = new Set(this.byKey.keys())
    const differing = new Set<string>()
    for (const transfer of changed) {
      const key = transferKey(transfer.kind, transfer.contentHash)
      this.#unconfirmed?.delete(key)
      if (!isSame(this.byKey.get(key), transfer)) differing.add(transfer.contentHash)
      this.byKey.set(key, transfer)
    }
    const removed = whole?.isLast === true ? [...gone, ...(this.#unconfirmed ?? [])] : gone
    for (const key of removed) {
      const known = this.byKey.get(key)
      if (known !== undefined) differing.add(known.contentHash)
      this.byKey.delete(key)
    }
    if (whole?.isLast === true) {
      this.#unconfirmed = undefined
      this.hasSnapshot = true
    }
    return [...differing]
  }
}

/** The view over this tab's executor and the leader's messages. */
export const layerTransferView = Layer.effect(
  TransferView,
  Effect.map(SyncExecutor, (executor) => {
    let isLeader = false
    let hasRecovered = false
    let isTakingPart = false
    let hasFailed = false
    const followed = new FollowedTransfers()
    const ownFacts = (): Facts => ({
      online: executor.isOnline(),
      sums: executor.sums(),
      connection: executor.connection(),
    })
    const own = (): Array<TransferSnapshot> => Array.from(executor.all(), toSnapshot)

    return TransferView.of({
      get: (kind, contentHash) => {
        if (!isLeader) return followed.byKey.get(transferKey(kind, contentHash))
        const transfer = executor.get(kind, contentHash)
        return transfer === undefined ? undefined : toSnapshot(transfer)
      },
      all: () => (isLeader ? own() : followed.byKey.values()),
      isOnline: () => (isLeader ? executor.isOnline() : followed.facts.online),
      sums: () => (isLeader ? executor.sums() : followed.facts.sums),
      connection: () => (isLeader ? executor.connection() : followed.facts.connection),
      isLeader: () => isLeader,
      hasSnapshot: () => isLeader || followed.hasSnapshot,
      isInformed: () => (isLeader ? hasRecovered : followed.hasSnapshot),
      setRecovered: () => {
        hasRecovered = true
      },
      isTakingPart: () => isTakingPart,
      setTakingPart: (takesPart) => void (isTakingPart = takesPart),
      hasFailed: () => hasFailed,
      setFailed: (failed) => {
        hasFailed = failed
      },
      setLeader: (leads) => {
        isLeader = leads
        hasRecovered = false
        followed.reset()
        // A follower asks for the whole state.
        if (leads) executor.takeChanges(Number.POSITIVE_INFINITY)
      },
      follow: (news, tabId) => followed.follow(news, tabId),
      news: (limit) => {
        const changes = executor.takeChanges(limit)
        return {
          ...ownFacts(),
          changed: changes.flatMap(({ transfer }) => (transfer === undefined ? [] : toSnapshot(transfer))),
          gone: changes.flatMap(({ key, transfer }) => (transfer === undefined ? key : [])),
          whole: null,
          isAll: changes.length < limit,
        }
      },
      whole: function* (tabId, limit) {
        let isFirst = true
        let changed: Array<TransferSnapshot> = []
        const part = (isLast: boolean): LeaderUpdate => {
          const news = { ...ownFacts(), changed, gone: [], whole: { tabId, isFirst, isLast } }
          isFirst = false
          changed = []
          return news
        }
        for (const transfer of executor.all()) {
          if (changed.length === limit) yield part(false)
          changed.push(toSnapshot(transfer))
        }
        yield part(true)
      },
    })
  }),
)
