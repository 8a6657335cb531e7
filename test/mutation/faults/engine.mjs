const executor = [
  "src/services/sync-executor/layer-sync-executor.test.ts",
  "src/services/sync-executor/second-chances.test.ts",
]
const retries = ["src/services/sync-executor/retries.test.ts"]

/** What is transferred when, and what the status says. */
export const engineFaults = [
  {
    name: "retrying: without a pause",
    file: "src/services/sync-executor/retry-clock.ts",
    find: "return Math.max(ScheduleIntervals.start(decision.intervals) - now, leastMs, 0)",
    replace: "return Math.max(leastMs, 0)",
    tests: retries,
  },
  {
    name: "retrying: sooner than the server asks",
    file: "src/services/sync-executor/next-step.ts",
    find: "const leastMs = Math.max(retryAfterMs, leastPauseMs(retryClass, tries))",
    replace: "const leastMs = leastPauseMs(retryClass, tries)",
    tests: retries,
  },
  {
    name: "retrying: once more than it should after wrong bytes",
    file: "src/services/sync-executor/retry-policy.ts",
    find: "attempt < limitedTries",
    replace: "attempt <= limitedTries",
    tests: ["src/services/sync-executor/retry-policy.test.ts"],
  },
  {
    name: "retrying: never again after the clock was set back",
    file: "src/services/sync-executor/second-chance.ts",
    find: "Math.abs(now - since) >= intervalMs",
    replace: "now - since >= intervalMs",
    tests: ["src/services/sync-executor/second-chances.test.ts"],
  },
  {
    name: "transfers: a cancelled file goes on with all the others",
    file: "src/services/sync-executor/executor-commands.ts",
    find: "          if (contentHash === null && isCancelled(transfer)) continue\n",
    replace: "",
    tests: [...executor, "test/contracts/stopped-files.test.ts"],
  },
  {
    name: "transfers: what runs goes on during a pause",
    file: "src/services/sync-executor/executor-commands.ts",
    find: "pause: Effect.suspend(() => attempts.abort(scheduler.pause())),",
    replace:
      "pause: Effect.suspend(() => (attempts === undefined ? Effect.void : Effect.succeed(void scheduler.pause()))),",
    tests: executor,
  },
  {
    name: "transfers: one more at once than may be",
    file: "src/services/sync-executor/transfer-scheduler.ts",
    find: "this.table.running(queue); free > 0; free--)",
    replace: "this.table.running(queue); free >= 0; free--)",
    tests: executor,
  },
  {
    name: "transfers: a freed file comes back at once",
    file: "src/services/file-sync/plan-action.ts",
    find: "return policy.isWanted && !local.isEvicted ?",
    replace: "return policy.isWanted ?",
    tests: ["src/services/file-sync/plan-action.test.ts"],
  },
  {
    name: "transfers: new content of a cancelled file stays stopped",
    file: "src/services/file-sync/leader/follow-changes.ts",
    find: "if (!hasStopped || isDone || isBack) yield* index.setFlags",
    replace: "if (isDone || isBack) yield* index.setFlags",
    tests: ["test/contracts/stopped-files.test.ts"],
  },
  {
    name: "uploading: another device's word that content is there is believed",
    file: "src/services/transfers/upload-content.ts",
    find: "if (yield* Effect.mapError(remote.isStored(asked), toUploadError)) return knownKey",
    replace: 'if (asked.key !== "" || toUploadError === undefined) return knownKey',
    tests: ["test/contracts/bytes-before-events.test.ts"],
  },
  {
    name: "uploading: any answer counts for a file of a batch",
    file: "src/services/transfers/small-files.ts",
    find: "result?.key === file.key ? Effect.void",
    replace: "result?.key !== undefined ? Effect.void",
    tests: ["test/contracts/lying-adapters.test.ts"],
  },
  {
    name: "uploading: a listed part of any size counts as sent",
    file: "src/services/transfers/multipart-upload.ts",
    find: "if (present?.sizeBytes === part.size) return Effect.succeed(present)",
    replace: "if (present !== undefined) return Effect.succeed(present)",
    tests: ["test/contracts/lying-adapters.test.ts", "test/contracts/resume.test.ts"],
  },
  {
    name: "uploading: the parts of another part's number count",
    file: "src/services/transfers/multipart-upload.ts",
    find: "(answer) => isPart(answer) && answer.partNumber === partNumber,",
    replace: "(answer) => isPart(answer),",
    tests: ["test/contracts/lying-adapters.test.ts"],
  },
  {
    name: "downloading: an answer from the start is written behind what is here",
    file: "src/services/transfers/download-content.ts",
    find: "if (answer.offset !== receiver.offset) yield* receiver.restart\n",
    replace: "if (answer.offset > receiver.offset) yield* receiver.restart\n",
    tests: ["test/contracts/bad-adapters.test.ts", "test/contracts/resume.test.ts"],
  },
  {
    name: "downloading: a body that ends early counts as wrong bytes, which go",
    file: "src/services/transfers/download-content.ts",
    find: "if (answer.totalBytes !== undefined && loaded < answer.totalBytes && loaded !== sizeBytes) {",
    replace: "if (answer.totalBytes !== undefined && loaded < answer.totalBytes && loaded === sizeBytes) {",
    tests: [
      "test/contracts/losing-nothing.test.ts",
      "test/contracts/bad-adapters.test.ts",
      "test/contracts/resume.test.ts",
    ],
  },
  {
    name: "leading: a tab that lost the lead goes on",
    file: "src/services/file-sync/leader/election.ts",
    find: "yield* Effect.raceFirst(leader.run, Deferred.await(lost))",
    replace: "yield* Effect.zipLeft(leader.run, Deferred.await(lost))",
    tests: ["test/contracts/leader.test.ts"],
  },
  {
    name: "reading: one that waits hangs when the file is deleted",
    file: "src/services/file-sync/await-content.ts",
    find: `    if (now === undefined) {
      const reason = records.isDeleted(id)`,
    replace: `    if (now === undefined && !records.isDeleted(id)) return undefined
    if (now === undefined) {
      const reason = records.isDeleted(id)`,
    tests: ["test/contracts/settling-reads.test.ts"],
  },
  {
    name: "status: what failed in an earlier session is not counted",
    file: "src/services/status/sync-status.ts",
    find: `for (const { reason } of stored) counts[reason === "Aborted" ? "cancelled" : "failed"]++`,
    replace: `for (const { reason } of stored) if (reason === "Aborted") counts.cancelled++`,
    tests: ["test/contracts/stopped-files.test.ts", "test/contracts/tabs.test.ts"],
  },
  {
    name: "status: changes that LiveStore has not sent are not counted",
    file: "src/services/status/sync-status.ts",
    find: "            unsynced: backend.unsynced(),\n            isPaused,",
    replace: "            unsynced: backend.unsynced() * 0,\n            isPaused,",
    tests: ["test/contracts/lost-facts.test.ts", "test/contracts/status.test.ts"],
  },
]
