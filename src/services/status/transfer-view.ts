import { Context, Effect, Layer } from "effect"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import { type Transfer, type TransferKind, transferKey } from "../sync-executor/transfer-table.js"
import type { LeaderUpdate, TransferSnapshot } from "../tabs/TabChannel.js"

/** Transfers as this tab sees them: its own when it leads, else what the leader last told. */
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
    /** It knows what is being moved: it leads, or the tab that leads has told it. */
    readonly hasSnapshot: () => boolean
    /** It leads, or waits to: `start` was called. */
    readonly isTakingPart: () => boolean
    readonly setTakingPart: (isTakingPart: boolean) => void
    readonly setLeader: (isLeader: boolean) => void
    /** This tab led, failed at it, and has not led since. */
    readonly hasFailed: () => boolean
    readonly setFailed: (hasFailed: boolean) => void
    /**
     * Takes what the leader told; gives the contents whose transfers differ from before. Parts of everything are for the
     * tab that they name.
     */
    readonly follow: (news: LeaderUpdate, tabId: string) => ReadonlyArray<string>
    /** What this tab, as leader, has to tell the others since the last time, at most so many transfers. */
    readonly news: (limit: number) => LeaderUpdate & { readonly isAll: boolean }
    /** Everything it has to tell a new tab, so many transfers at a time; it may change between two of them. */
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
  // Of an earlier try, once the next one is queued or runs.
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

/** The view over this tab's executor and the leader's messages. */
export const layerTransferView = Layer.effect(
  TransferView,
  Effect.map(SyncExecutor, (executor) => {
    let isLeader = false
    let isTakingPart = false
    let hasLeaderSnapshot = false
    let hasFailed = false
    let followed = noFacts
    const followedByKey = new Map<string, TransferSnapshot>()
    /** While everything comes in parts: what was known before and has not come again. */
    let unconfirmed: Set<string> | undefined
    const ownFacts = (): Facts => ({
      online: executor.isOnline(),
      sums: executor.sums(),
      connection: executor.connection(),
    })
    const own = (): Array<TransferSnapshot> => Array.from(executor.all(), toSnapshot)

    return TransferView.of({
      get: (kind, contentHash) => {
        if (!isLeader) return followedByKey.get(transferKey(kind, contentHash))
        const transfer = executor.get(kind, contentHash)
        return transfer === undefined ? undefined : toSnapshot(transfer)
      },
      all: () => (isLeader ? own() : followedByKey.values()),
      isOnline: () => (isLeader ? executor.isOnline() : followed.online),
      sums: () => (isLeader ? executor.sums() : followed.sums),
      connection: () => (isLeader ? executor.connection() : followed.connection),
      isLeader: () => isLeader,
      hasSnapshot: () => isLeader || hasLeaderSnapshot,
      isTakingPart: () => isTakingPart,
      setTakingPart: (takesPart) => void (isTakingPart = takesPart),
      hasFailed: () => hasFailed,
      setFailed: (failed) => {
        hasFailed = failed
      },
      setLeader: (leads) => {
        isLeader = leads
        hasLeaderSnapshot = false
        followed = noFacts
        followedByKey.clear()
        unconfirmed = undefined
        // Whoever follows asks for everything.
        if (leads) executor.takeChanges(Number.POSITIVE_INFINITY)
      },
      follow: ({ changed, gone, whole, ...facts }, tabId) => {
        if (whole !== null && whole.tabId !== tabId) return []
        followed = facts
        if (whole?.isFirst === true) unconfirmed = new Set(followedByKey.keys())
        const differing = new Set<string>()
        for (const transfer of changed) {
          const key = transferKey(transfer.kind, transfer.contentHash)
          unconfirmed?.delete(key)
          if (!isSame(followedByKey.get(key), transfer)) differing.add(transfer.contentHash)
          followedByKey.set(key, transfer)
        }
        const removed = whole?.isLast === true ? [...gone, ...(unconfirmed ?? [])] : gone
        for (const key of removed) {
          const known = followedByKey.get(key)
          if (known !== undefined) differing.add(known.contentHash)
          followedByKey.delete(key)
        }
        if (whole?.isLast === true) {
          unconfirmed = undefined
          hasLeaderSnapshot = true
        }
        return [...differing]
      },
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
