import { Context, Effect, Layer } from "effect"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import { type Transfer, type TransferKind, transferKey } from "../sync-executor/transfer-table.js"
import type { LeaderSnapshot, TransferSnapshot } from "../tabs/TabChannel.js"

/** Transfers as this tab sees them: its own when it leads, else what the leader last told. */
export class TransferView extends Context.Tag("filesync/TransferView")<
  TransferView,
  {
    readonly get: (kind: TransferKind, contentHash: string) => TransferSnapshot | undefined
    readonly all: () => Iterable<TransferSnapshot>
    readonly isOnline: () => boolean
    /** Bytes of all transfers since the last time there were none. */
    readonly sums: () => LeaderSnapshot["sums"]
    readonly connection: () => LeaderSnapshot["connection"]
    readonly isLeader: () => boolean
    /** It knows what is being moved: it leads, or the tab that leads has told it. */
    readonly isInformed: () => boolean
    /** It leads, or waits to: `start` was called. */
    readonly isTakingPart: () => boolean
    readonly setTakingPart: (isTakingPart: boolean) => void
    readonly setLeader: (isLeader: boolean) => void
    /** This tab led, failed at it, and has not led since. */
    readonly hasFailed: () => boolean
    readonly setFailed: (hasFailed: boolean) => void
    /** Takes what the leader told; gives the contents whose transfers differ from before. */
    readonly follow: (snapshot: LeaderSnapshot) => ReadonlyArray<string>
    /** What this tab, as leader, tells the others. */
    readonly snapshot: () => LeaderSnapshot
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

const nothingFollowed: LeaderSnapshot = {
  online: true,
  sums: { bytesDone: 0, bytesTotal: 0 },
  connection: { failure: null, nextProbeAt: null },
  transfers: [],
}

/** The view over this tab's executor and the leader's messages. */
export const layerTransferView = Layer.effect(
  TransferView,
  Effect.map(SyncExecutor, (executor) => {
    let isLeader = false
    let isTakingPart = false
    let hasHeard = false
    let hasFailed = false
    let followed = nothingFollowed
    let followedByKey = new Map<string, TransferSnapshot>()
    const own = (): Array<TransferSnapshot> => Array.from(executor.all(), toSnapshot)

    return TransferView.of({
      get: (kind, contentHash) => {
        if (!isLeader) return followedByKey.get(transferKey(kind, contentHash))
        const transfer = executor.get(kind, contentHash)
        return transfer === undefined ? undefined : toSnapshot(transfer)
      },
      all: () => (isLeader ? own() : followed.transfers),
      isOnline: () => (isLeader ? executor.isOnline() : followed.online),
      sums: () => (isLeader ? executor.sums() : followed.sums),
      connection: () => (isLeader ? executor.connection() : followed.connection),
      isLeader: () => isLeader,
      isInformed: () => isLeader || hasHeard,
      isTakingPart: () => isTakingPart,
      setTakingPart: (takesPart) => void (isTakingPart = takesPart),
      hasFailed: () => hasFailed,
      setFailed: (failed) => {
        hasFailed = failed
      },
      setLeader: (leads) => {
        isLeader = leads
        hasHeard = false
        followed = nothingFollowed
        followedByKey = new Map()
      },
      follow: (snapshot) => {
        const before = followedByKey
        followed = snapshot
        hasHeard = true
        followedByKey = new Map(
          snapshot.transfers.map((transfer) => [transferKey(transfer.kind, transfer.contentHash), transfer]),
        )
        const changed = new Set<string>()
        for (const [key, transfer] of followedByKey) {
          const known = before.get(key)
          const isSame =
            known?.phase === transfer.phase &&
            known.bytesDone === transfer.bytesDone &&
            known.attempt === transfer.attempt
          if (!isSame) changed.add(transfer.contentHash)
        }
        for (const [key, { contentHash }] of before) if (!followedByKey.has(key)) changed.add(contentHash)
        return [...changed]
      },
      snapshot: () => ({
        online: executor.isOnline(),
        sums: executor.sums(),
        connection: executor.connection(),
        transfers: own(),
      }),
    })
  }),
)
