const garbage = ["server/collect-garbage.test.ts", "server/sweep.test.ts"]
const disk = ["server/disk-storage.test.ts", "server/disk-sync.test.ts", "server/handler-disk.test.ts"]
const protocol = ["server/protocol.test.ts", "server/handler-disk.test.ts"]

/** In `server`. */
export const serverFaults = [
  {
    name: "garbage: an object that is named by its key counts as unused",
    file: "server/collect-garbage.ts",
    find: "return this.#references.has(key) || (hash !== undefined && this.#references.has(hash))",
    replace: "return hash !== undefined && this.#references.has(hash)",
    tests: garbage,
  },
  {
    name: "garbage: a folder whose records cannot be read has none",
    file: "server/collect-garbage.ts",
    find: "await this.#find(folder).catch(() => undefined)",
    replace: "await this.#find(folder).catch(() => new Set<string>())",
    tests: garbage,
  },
  {
    name: "garbage: the first run that finds an old object unused deletes it",
    file: "server/collect-garbage.ts",
    find: "if (!isYoung && sinceMs <= unusedSinceMs && doomed.length < maxDeletes)",
    replace: "if (!isYoung && doomed.length < maxDeletes)",
    tests: garbage,
  },
  {
    name: "garbage: touch markers go before their time",
    file: "server/collect-garbage.ts",
    find: "if (marker.storedAtMs <= touchedBeforeMs) old.push(marker.key)",
    replace: "old.push(marker.key)",
    tests: garbage,
  },
  {
    name: "garbage: a touched object is deleted",
    file: "server/sweep.ts",
    find: "if (marker !== undefined && marker.storedAtMs > unusedSinceMs) continue",
    replace: "if (marker !== undefined && marker.storedAtMs > unusedSinceMs) await Promise.resolve()",
    tests: garbage,
  },
  {
    name: "garbage: an object that was stored again meanwhile is deleted",
    file: "server/sweep.ts",
    find: "if (current !== undefined && current.storedAtMs <= unusedSinceMs) unused.push(current)",
    replace: "if (current !== undefined) unused.push(current)",
    tests: ["server/sweep.test.ts", "server/collect-garbage.test.ts"],
  },
  {
    name: "garbage: a sweep looks before it says what it will delete",
    file: "server/sweep.ts",
    find: `    await writeSweepList(storage, { runId, keys: batch.map(({ key }) => key) }, { onlyIfAbsent: false })
    const listedAt = momentNow()
    const unused = await stillUnused(batch, options)`,
    replace: `    const unused = await stillUnused(batch, options)
    await writeSweepList(storage, { runId, keys: batch.map(({ key }) => key) }, { onlyIfAbsent: false })
    const listedAt = momentNow()`,
    tests: ["server/sweep.test.ts"],
  },
  {
    name: "garbage: a promise outlives the announcement of a sweep",
    file: "server/presence-claim.ts",
    find: "const promiseWithinMs = 30_000",
    replace: "const promiseWithinMs = 60_000",
    tests: ["server/sweep.test.ts"],
  },
  {
    name: "garbage: a PUT is answered without a look whether its object is to stay",
    file: "server/routes/put-file.ts",
    find: "if (!(await claim.stored(route.key))) throw goneMeanwhile()",
    replace: "await claim.stored(route.key)",
    tests: ["server/sweep.test.ts"],
  },
  {
    name: "garbage: keys outside of a pass are forgotten",
    file: "server/condemned-list.ts",
    find: "since: Object.fromEntries([...pass.since, ...kept].slice(0, maxKeys)),",
    replace: "since: Object.fromEntries([...pass.since].slice(0, maxKeys)),",
    tests: garbage,
  },
  {
    name: "references: a deleted file's content is lost at once",
    file: "server/mark-references.ts",
    find: `        this.#deleted.add(id)
        if (hash !== undefined) this.#lose(hash, storedAtMs)`,
    replace: `        this.#deleted.add(id)
        if (hash !== undefined) this.#lose(hash, 0)`,
    tests: ["server/mark-references.test.ts"],
  },
  {
    name: "references: only the last key of a content counts",
    file: "server/mark-references.ts",
    find: "const keys = this.#keys.get(hash) ?? new Set()",
    replace: "const keys = new Set<string>()",
    tests: ["server/mark-references.test.ts"],
  },
  {
    name: "references: a log that breaks off counts as whole",
    file: "server/sync-events.ts",
    find: `end(new Error("the sync backend hung up"))`,
    replace: "end()",
    tests: ["server/sync-events.test.ts"],
  },
  {
    name: "references: a part of a log counts as whole",
    file: "server/fetch-sync-events.ts",
    find: `if (batches.at(-1)?.pageInfo?._tag !== "NoMore")`,
    replace: `if (batches.length === 0)`,
    tests: ["server/sync-events.test.ts"],
  },
  {
    name: "disk: a second writer replaces what the first one stored",
    file: "server/disk-write.ts",
    find: "    await link(temporary, target)",
    replace: "    await rename(temporary, target)",
    tests: disk,
  },
  {
    name: "disk: bytes with another hash are stored",
    file: "server/disk-write.ts",
    find: "if (facts.contentHash !== undefined && facts.contentHash !== contentHash)",
    replace: `if (facts.contentHash !== undefined && facts.contentHash !== contentHash && facts.sizeBytes === 0)`,
    tests: disk,
  },
  {
    name: "disk: stored is said before the bytes are on the disk",
    file: "server/disk-write.ts",
    find: "    if (isSynced) await file.datasync()\n",
    replace: "",
    tests: ["server/disk-sync.test.ts", "server/disk-storage.test.ts"],
  },
  {
    name: "disk: already there is said before the name is on the disk",
    file: "server/disk-storage.ts",
    find: `if (result.outcome === "already-there") await folders.sync(path.dirname(target))`,
    replace: `if (result.outcome === "already-there") void folders.sync(path.dirname(target))`,
    tests: ["server/disk-sync.test.ts", "server/disk-storage.test.ts"],
  },
  {
    name: "disk: a page of a list repeats the last key of the one before",
    file: "server/disk-storage.ts",
    find: "} else if (key.startsWith(prefix) && (cursor === undefined || key > cursor)) {",
    replace: "} else if (key.startsWith(prefix) && (cursor === undefined || key >= cursor)) {",
    tests: ["server/disk-storage.test.ts"],
  },
  {
    name: "streams: the last bytes are passed on before they are checked",
    file: "server/verified-stream.ts",
    find: `          if (chunk === undefined) await check()
          if (kept !== undefined) {
            controller.enqueue(kept)
            isWaiting = false
          }`,
    replace: `          if (kept !== undefined) {
            controller.enqueue(kept)
            isWaiting = false
          }
          if (chunk === undefined) await check()`,
    tests: ["server/verified-stream.test.ts"],
  },
  {
    name: "access: a prefix covers every folder that begins like it",
    file: "server/access.ts",
    find: `return folder !== "/" && key.startsWith(folder)`,
    replace: `return folder !== "/" && key.startsWith(prefix)`,
    tests: ["server/access.test.ts"],
  },
  {
    name: "access: a batch writes to any key",
    file: "server/routes/batch-put.ts",
    find: `  if (!mayAccess(member.key)) return "Forbidden"\n`,
    replace: `  if (!mayAccess(member.key) && member.key === "") return "Forbidden"\n`,
    tests: protocol,
  },
  {
    name: "access: a link is made for whoever asks",
    file: "server/routes/share.ts",
    find: `if (!context.mayAccess(key, "read")) throw`,
    replace: `if (!context.mayAccess(key, "read") && key === "") throw`,
    tests: ["server/share-links.test.ts", "server/handler-disk.test.ts"],
  },
  {
    name: "access: a URL to write is signed for one who may read",
    file: "server/routes/sign.ts",
    find: `if (!mayAccess(key, method === "GET" ? "read" : "write")) return "Forbidden"`,
    replace: `if (!mayAccess(key, "read")) return "Forbidden"`,
    tests: ["server/s3-storage.test.ts", "server/handler-radosgw.test.ts"],
  },
  {
    name: "access: a link works for ever",
    file: "server/share-links.ts",
    find: "if (signature === undefined || link.expiresAtMs <= nowMs) return undefined",
    replace: "if (signature === undefined) return undefined",
    tests: ["server/share-links.test.ts"],
  },
  {
    name: "access: cookies of other sites' pages count",
    file: "server/cors.ts",
    find: `if (options.allowOrigins?.includes("*") === true && !request.headers.has("Cookie")) return "allowed"`,
    replace: `if (options.allowOrigins?.includes("*") === true) return "allowed"`,
    tests: ["server/handler.test.ts"],
  },
  {
    name: "access: who may read records may write them",
    file: "server/worker.ts",
    find: `return may("read") && may("write") ? undefined : 403`,
    replace: `return may("read") ? undefined : 403`,
    tests: ["server/worker.test.ts"],
  },
  {
    name: "parts: another part than the stored one is joined",
    file: "server/routes/multipart.ts",
    find: `      part === undefined ||
      field(entry, "etag") !== part.etag`,
    replace: "      part === undefined",
    tests: protocol,
  },
  {
    name: "parts: another content counts as this upload's, completed before",
    file: "server/routes/multipart.ts",
    find: "if (object?.contentHash !== contentHash) throw noSuchUpload()",
    replace: "if (object === undefined) throw noSuchUpload()",
    tests: ["server/staged-multipart.test.ts"],
  },
  {
    name: "parts: they are thrown away when the store is busy",
    file: "server/staged-multipart.ts",
    find: `if (error instanceof StorageFailure && error.reason === "DigestMismatch")`,
    replace: "if (error instanceof StorageFailure)",
    tests: ["server/staged-multipart.test.ts"],
  },
  {
    name: "parts: those of an aborted upload are stored",
    file: "server/staged-multipart.ts",
    find: "if ((await storage.head(folder(key, uploadId) + markerName)) === undefined) return undefined",
    replace: "await storage.head(folder(key, uploadId) + markerName)",
    tests: protocol,
  },
  {
    name: "S3: joined parts are published unchecked",
    file: "server/s3-multipart.ts",
    find: "if ((await digestOf(joined.body)) !== contentHash) {",
    replace: `if ((await digestOf(joined.body)) === "") {`,
    tests: ["server/s3-storage.test.ts", "server/handler-radosgw.test.ts"],
  },
  {
    name: "S3: a copy that was answered counts as made",
    file: "server/s3-multipart.ts",
    find: "if (copied?.sizeBytes === object.sizeBytes) return",
    replace: "if (copied?.sizeBytes !== -1) return",
    tests: ["server/s3-storage.test.ts"],
  },
  {
    name: "R2: parts with another hash are published",
    file: "server/r2-storage.ts",
    find: "if (facts.contentHash !== undefined && contentHash !== facts.contentHash) {",
    replace: "if (facts.contentHash === undefined && contentHash === facts.contentHash) {",
    tests: ["server/r2-storage.test.ts"],
  },
  {
    name: "reading: a download goes on with other bytes",
    file: "server/routes/get-file.ts",
    find: `rangeApplies(headers, tagOf(object)) ? headers.get("Range") : null,`,
    replace: `headers.get("Range"),`,
    tests: ["server/handler-disk.test.ts"],
  },
  {
    name: "erasing: what cannot be found out counts as not in use",
    file: "server/routes/delete-file.ts",
    find: `catch((cause: unknown) => {
    throw new StorageFailure("Unavailable", "whether a record has the content cannot be found out", { cause })
  })`,
    replace: "catch(() => false)",
    tests: ["server/handler.test.ts"],
  },
  {
    name: "connections: only the first request of one is watched for silence",
    file: "server/node-listener.ts",
    find: `  socket.setTimeout(idleTimeoutMs)
  if (watchedSockets.has(socket)) return`,
    replace: `  if (watchedSockets.has(socket)) return
  socket.setTimeout(idleTimeoutMs)`,
    tests: ["server/node-listener.test.ts"],
  },
]
