/* oxlint-disable max-lines-per-function -- A table: one member of the service after the other. */
import { Context, Effect, Layer, Queue } from "effect"
import { ConfigError } from "../../errors/index.js"
import type { LocalFileEntry } from "../../schema/local-file-state.js"
import type { FileRecord } from "../../types/index.js"
import { FileRecords, type RowPart } from "../file-records/FileRecords.js"
import { NextTask } from "../file-records/NextTask.js"
import { RemoteStorage } from "../remote-file-storage/RemoteStorage.js"
import { type FileFlags, TabChannel } from "../tabs/TabChannel.js"
import { noFailure } from "./stored-failure.js"

/** What this device knows about one file besides its bytes. */
export type LocalFlags = FileFlags

const noFlags: LocalFlags = { pinned: false, evicted: false, ...noFailure }

/** Which content is on this device, in memory; written to LiveStore in batches. It may be wrong: the disk decides. */
export class PresenceIndex extends Context.Tag("filesync/PresenceIndex")<
  PresenceIndex,
  {
    readonly isPresent: (contentHash: string) => boolean
    /**
     * A part of the live records whose content is, by their table, missing on this device or, where there is a remote, at
     * the remote, from the id `after` on; the first after `""`. Reads no other record.
     */
    readonly pendingPart: (after: string) => RowPart<FileRecord>
    /** Calls `use` with all of them, and with those that were lost since, part by part, so that no task is long. */
    readonly forEachPending: <E, R>(
      use: (some: ReadonlyArray<FileRecord>) => Effect.Effect<void, E, R>,
    ) => Effect.Effect<void, E, R>
    readonly flags: (fileId: string) => LocalFlags
    /** Files whose transfer of their present content stopped for good. */
    readonly failed: () => ReadonlyArray<FileRecord>
    /** Content came to this device, or turned out to be here. */
    readonly setPresent: (contentHashes: ReadonlyArray<string>) => Effect.Effect<void>
    /** Marks content as missing on this device, after a deletion or when it was found missing. */
    readonly setAbsent: (contentHashes: ReadonlyArray<string>) => Effect.Effect<void>
    /** Notifies every tab, so that none acts on outdated flags. */
    readonly setFlags: (fileId: string, changes: Partial<LocalFlags>) => Effect.Effect<void>
    /** Applies flags that another tab has changed and writes. */
    readonly applyRemoteFlags: (fileId: string, flags: LocalFlags) => void
    /** Removes the row of a deleted record. */
    readonly forget: (fileId: string) => Effect.Effect<void>
    /** Sets presence without writing it: another tab, or the caller's own commit, writes it. */
    readonly setPresenceInMemory: (contentHashes: ReadonlyArray<string>, present: boolean) => void
    /** Writes what changed since the last time. */
    readonly flush: Effect.Effect<void, ConfigError>
  }
>() {}

/** How long changes are collected before they become one event, so that a bulk download costs few events. */
const gatherFor = "2 seconds"

/**
 * Contents that are looked up in the table one by one before all of them are read at once: one takes 0.1 ms, all of ten
 * thousand 20 ms.
 */
const maxLookUps = 100

/** Contents lost since the start that are planned in one task. */
const lostPerPart = 500

/** The index over the records' own table. */
export const layerPresenceIndex = Layer.scoped(
  PresenceIndex,
  Effect.gen(function* () {
    const records = yield* FileRecords
    const channel = yield* TabChannel
    const remote = yield* RemoteStorage
    /** What was found out since the start, which the table may not say yet, and what was asked for. */
    const present = new Map<string, boolean>()
    const lost = new Set<string>()
    const setPresence = (contentHashes: ReadonlyArray<string>, isHere: boolean): void => {
      for (const contentHash of contentHashes) {
        present.set(contentHash, isHere)
        if (isHere) lost.delete(contentHash)
        else lost.add(contentHash)
      }
    }
    const flags = new Map<string, LocalFlags>()
    const dirty = new Set<string>()
    const wake = yield* Queue.sliding<void>(1)

    const nextTask = yield* NextTask

    for (const { fileId, pinned, evicted, failedHash, failedReason } of records.loadFlagged())
      flags.set(fileId, { pinned, evicted, failedHash, failedReason })

    let lookUps = 0
    const isPresent = (contentHash: string): boolean => {
      const known = present.get(contentHash)
      if (known !== undefined) return known
      if (lookUps === maxLookUps)
        for (const here of records.loadLocalCopies()) if (!present.has(here)) present.set(here, true)
      const hasLocalCopy =
        ++lookUps > maxLookUps ? present.has(contentHash) : records.hasLocalCopy(contentHash)
      present.set(contentHash, hasLocalCopy)
      return hasLocalCopy
    }

    /** Looks many contents up with one statement. */
    const lookUp = (contentHashes: ReadonlyArray<string>): void => {
      const unknown = contentHashes.filter((contentHash) => !present.has(contentHash))
      if (unknown.length === 0) return
      const here = records.localAmong(unknown)
      for (const contentHash of unknown) present.set(contentHash, here.has(contentHash))
    }

    const pendingPart = (after: string): RowPart<FileRecord> => {
      const part = records.pendingPart(remote.enabled, after)
      lookUp(part.rows.map(({ contentHash }) => contentHash))
      return part
    }

    const flagsOf = (fileId: string): LocalFlags => flags.get(fileId) ?? noFlags
    const markDirty = (fileIds: Iterable<string>): void => {
      for (const fileId of fileIds) dirty.add(fileId)
      if (dirty.size > 0) Queue.unsafeOffer(wake, undefined)
    }
    const idsWith = (contentHashes: ReadonlyArray<string>): ReadonlyArray<string> =>
      records.withContents(contentHashes).map(({ id }) => id)

    const entryOf = (fileId: string): LocalFileEntry => {
      // A deleted record's content stays here while it can be restored.
      const contentHash = (records.get(fileId) ?? records.find(fileId))?.contentHash ?? ""
      const { pinned, evicted, failedHash, failedReason } = flagsOf(fileId)
      return {
        fileId,
        localHash: isPresent(contentHash) ? contentHash : "",
        pinned,
        evicted,
        failedHash,
        failedReason,
      }
    }

    const changed = (): ReadonlyArray<LocalFileEntry> => {
      const fileIds = [...dirty]
      dirty.clear()
      const written = new Map(records.loadLocal(fileIds).map((entry) => [entry.fileId, entry]))
      return fileIds.map(entryOf).filter((entry) => !isSame(entry, written.get(entry.fileId)))
    }
    const flush = Effect.suspend(() => (dirty.size === 0 ? Effect.void : write))
    const write = Effect.try({
      try: changed,
      catch: (cause) =>
        new ConfigError({
          reason: "Disposed",
          detail: `the LiveStore store does not answer any more: ${String(cause)}`,
        }),
    }).pipe(Effect.flatMap((entries) => (entries.length === 0 ? Effect.void : records.setLocal(entries))))

    // The index is only a hint; losing its latest entries costs a check of the disk.
    yield* Effect.addFinalizer(() => Effect.ignore(flush))
    yield* Queue.take(wake).pipe(
      Effect.zipRight(Effect.sleep(gatherFor)),
      Effect.zipRight(flush),
      Effect.catchAll(() => Effect.void), // The store is gone; the index is only a hint and is rebuilt from disk.
      Effect.forever,
      Effect.forkScoped,
    )

    return PresenceIndex.of({
      isPresent,
      pendingPart,
      forEachPending: (use) =>
        Effect.gen(function* () {
          const met = new Set<string>()
          let after: string | undefined = ""
          while (after !== undefined) {
            const { rows, next } = pendingPart(after)
            for (const { contentHash } of rows) met.add(contentHash)
            yield* use(rows)
            after = next
            if (after !== undefined) yield* nextTask
          }
          // The table may not show yet what was lost since the start.
          const unmet = [...lost].filter((contentHash) => !met.has(contentHash))
          for (let at = 0; at < unmet.length; at += lostPerPart) {
            yield* use(records.withContents(unmet.slice(at, at + lostPerPart)))
            yield* nextTask
          }
        }),
      flags: flagsOf,
      setPresent: (contentHashes) =>
        Effect.sync(() => {
          setPresence(contentHashes, true)
          markDirty(idsWith(contentHashes))
        }),
      setAbsent: (contentHashes) =>
        Effect.sync(() => {
          setPresence(contentHashes, false)
          markDirty(idsWith(contentHashes))
        }),
      setFlags: (fileId, changes) =>
        Effect.suspend(() => {
          const known = flagsOf(fileId)
          const next = { ...known, ...changes }
          if (isSameFlags(known, next)) return Effect.void
          flags.set(fileId, next)
          markDirty([fileId])
          return channel.post({ type: "flags", fileId, flags: next })
        }),
      applyRemoteFlags: (fileId, noted) => void flags.set(fileId, noted),
      failed: () =>
        [...flags].flatMap(([fileId, { failedHash }]) => {
          const record = failedHash === "" ? undefined : records.get(fileId)
          if (record?.contentHash !== failedHash) return []
          // Another device may have uploaded it meanwhile.
          return record.remoteKey !== null && isPresent(failedHash) ? [] : [record]
        }),
      forget: (fileId) =>
        Effect.sync(() => {
          flags.delete(fileId)
          markDirty([fileId])
        }),
      setPresenceInMemory: setPresence,
      flush,
    })
  }),
)

const nothing: Omit<LocalFileEntry, "fileId"> = { localHash: "", ...noFlags }

const isSame = (entry: LocalFileEntry, other: LocalFileEntry | undefined): boolean => {
  const known = other ?? nothing
  return entry.localHash === known.localHash && isSameFlags(entry, known)
}

const isSameFlags = (one: LocalFlags, other: LocalFlags): boolean =>
  one.pinned === other.pinned &&
  one.evicted === other.evicted &&
  one.failedHash === other.failedHash &&
  one.failedReason === other.failedReason
