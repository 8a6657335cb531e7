const receiving = ["test/contracts/receiving-and-urls.test.ts", "test/contracts/losing-nothing.test.ts"]
const outbox = ["test/contracts/outbox.test.ts", "test/contracts/losing-nothing.test.ts"]
const budget = ["test/contracts/space-budget.test.ts", "test/contracts/space-and-repair.test.ts"]
const actions = ["test/contracts/file-actions.test.ts", "test/contracts/restore-version.test.ts"]

/** Where bytes, journals and records of this device are kept and deleted. */
export const storageFaults = [
  {
    name: "receiving: downloaded bytes are published unchecked",
    file: "src/services/local-file-storage/io-worker/receive.ts",
    find: "if (actualHash !== this.contentHash) {",
    replace: `if (actualHash === "") {`,
    tests: receiving,
  },
  {
    name: "receiving: small downloads are published unchecked",
    file: "src/services/local-file-storage/io-worker/ingest.ts",
    find: "if (actualHash !== contentHash) return { published: false, actualHash, sizeBytes }",
    replace: `if (actualHash === "") return { published: false, actualHash, sizeBytes }`,
    tests: receiving,
  },
  {
    name: "journal: an entry is written behind half a line",
    file: "src/services/local-file-storage/io-worker/journal.ts",
    find: "new TextEncoder().encode(`\\n${lines}`)",
    replace: "new TextEncoder().encode(lines)",
    tests: ["src/services/local-file-storage/io-worker/journal.test.ts", ...outbox],
  },
  {
    name: "journal: a dead tab's journal goes before its entries are ours",
    file: "src/services/outbox/make-outbox.ts",
    find: `          if (open.length + multipart.length > 0) yield* append([...open, ...multipart])
          left.push(journal.state)
          // Entries of a newer version are left to that version.
          if (journal.foreign > 0) continue
          // The dead tab's worker may hold the file a moment longer; what stays is adopted again, which changes nothing.
          yield* Effect.ignore(files.remove(name))`,
    replace: `          left.push(journal.state)
          if (journal.foreign === 0) yield* Effect.ignore(files.remove(name))
          if (open.length + multipart.length > 0) yield* append([...open, ...multipart])`,
    tests: ["src/services/outbox/make-outbox.test.ts"],
  },
  {
    name: "journal: entries of a newer version are deleted",
    file: "src/services/outbox/make-outbox.ts",
    find: "          if (journal.foreign > 0) continue\n",
    replace: "",
    tests: outbox,
  },
  {
    name: "journal: that of a living tab is taken over",
    file: "src/services/outbox/make-outbox.ts",
    find: "if (yield* isAlive(name)) continue",
    replace: "yield* isAlive(name)",
    tests: outbox,
  },
  {
    name: "journal: a commit comes before its journal entry",
    file: "src/services/file-records/commit-events.ts",
    find: `      const takeBack = yield* Effect.flatMap(ownFacts(made), keep)
      yield* log.whenTablesAreCurrent(tablesLimit)
      yield* Effect.tapError(intoStore(made), () => takeBack)`,
    replace: `      const facts = yield* ownFacts(made)
      yield* intoStore(made)
      yield* keep(facts)`,
    tests: outbox,
  },
  {
    name: "journal: a change that was not committed stays in it",
    file: "src/services/file-records/commit-events.ts",
    find: "yield* Effect.tapError(intoStore(made), () => takeBack)",
    replace: "yield* Effect.tapError(intoStore(made), () => Effect.void)",
    tests: ["test/contracts/outbox.test.ts", "src/services/file-records/layer-livestore.test.ts"],
  },
  {
    name: "recovery: changes of content that is nowhere are made again",
    file: "src/services/file-sync/recover-saves.ts",
    find: "hashOf(file).every((contentHash) => here.has(contentHash) || isRemote(contentHash))",
    replace: 'hashOf(file).every((contentHash) => here.has(contentHash) || contentHash !== "")',
    tests: [...outbox, "test/contracts/lost-facts.test.ts"],
  },
  {
    name: "saving: bytes that went while others came are not looked for",
    file: "src/services/file-storage/save-transaction.ts",
    find: "stored.filter((_, at) => !present[at]),",
    replace: "stored.filter(() => present.length === 0),",
    tests: budget,
  },
  {
    name: "saving: no lock is held from the bytes to the commit",
    file: "src/services/file-storage/save-transaction.ts",
    find: `        yield* locks.hold(names.saving, "shared")\n`,
    replace: "",
    tests: budget,
  },
  {
    name: "saving: bytes of a failed save stay",
    file: "src/services/file-storage/save-transaction.ts",
    find: "          Effect.onError(() => discard(written)),\n",
    replace: "",
    tests: ["test/contracts/space-and-repair.test.ts"],
  },
  {
    name: "releasing: no lock is waited for",
    file: "src/services/cache/release-content.ts",
    find: "return yield* Effect.scoped(Effect.zipRight(turn, release))",
    replace: "return yield* turn === undefined ? Effect.void : release",
    tests: budget,
  },
  {
    name: "releasing: bytes go that a journal still promises",
    file: "src/services/cache/release-content.ts",
    find: "        if (promised.has(contentHash)) return false\n",
    replace: "",
    tests: ["test/contracts/restorable-time.test.ts", ...budget],
  },
  {
    name: "releasing: bytes go that can still be restored",
    file: "src/services/cache/release-content.ts",
    find: `return owners.length === 0 && (reason === "superseded" || !records.isRestorable(contentHash, since))`,
    replace: "return owners.length === 0",
    tests: ["test/contracts/restorable-time.test.ts"],
  },
  {
    name: "evicting: bytes go when one of two files has them at the remote",
    file: "src/services/cache/eviction.ts",
    find: ".every(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)",
    replace: ".some(({ id, remoteKey }) => remoteKey !== null && !index.flags(id).pinned)",
    tests: budget,
  },
  {
    name: "evicting: downloads that are under way do not count",
    file: "src/services/cache/SpaceBudget.ts",
    find: "const planned = (usedBytes ?? addUp()) + sizeBytes + admittedBytes()",
    replace: "const planned = (usedBytes ?? addUp()) + sizeBytes",
    tests: budget,
  },
  {
    name: "verifying: nothing is hashed",
    file: "src/services/cache/verify-storage.ts",
    find: "if ((yield* local.hashStored(contentHash)) !== contentHash) wrong.add(contentHash)",
    replace: `if ((yield* local.hashStored(contentHash)) === "") wrong.add(contentHash)`,
    tests: ["test/contracts/space-and-repair.test.ts"],
  },
  {
    name: "restoring: a version comes back whose bytes are nowhere",
    file: "src/services/file-storage/restore-version.ts",
    find: "if (!hasLocalCopy && !isElsewhere) return yield* notFound",
    replace: "if (!hasLocalCopy && !isElsewhere) yield* Effect.void",
    tests: ["test/contracts/restore-version.test.ts"],
  },
  {
    name: "erasing: content goes that another file has",
    file: "src/services/file-storage/erase.ts",
    find: "if (contents.some((contentHash) => records.isReferenced(contentHash, fileId)))",
    replace: "if (contents.length === 0)",
    tests: actions,
  },
  {
    name: "erasing: the remote is asked before the records say so",
    file: "src/services/cache/finish-erasures.ts",
    find: "if (pending.length > 0 && hasOpenErasure(outbox) && (yield* outbox.hasBackend)) return false",
    replace:
      "if (pending.length > 0 && hasOpenErasure(outbox) && !(yield* outbox.hasBackend)) yield* Effect.void",
    tests: [...actions, ...outbox],
  },
  {
    name: "URLs: one is revoked while another element shows it",
    file: "src/services/local-file-storage/file-urls.ts",
    find: "if (entry === undefined || --entry.count > 0) return",
    replace: "if (entry === undefined) return",
    tests: receiving,
  },
]
