/** Functions that run in a device's page. Each stands alone: it is sent there as text. */

/**
 * Saves, updates and deletes, one after the other, and reports each on the console before and after: what a killed page
 * had finished is known from there. Resolves with the number and id of every operation that resolved.
 */
export const runOperations = async ([key, operations, known]) => {
  const ids = new Map(known)
  const resolved = []
  for (const { number, kind, name, text, afterMs } of operations) {
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    console.log(`operation ${JSON.stringify({ number, event: "began" })}`)
    const file = () => new File([text], name, { type: "text/plain" })
    try {
      const engine = globalThis[Symbol.for(key)]
      if (engine === undefined) throw new Error("there is no engine at the moment")
      if (kind === "save") ids.set(name, await engine.saveFile(file()))
      if (kind === "update") await engine.updateFile(ids.get(name), file())
      if (kind === "delete") await engine.deleteFile(ids.get(name))
      resolved.push({ number, id: ids.get(name) })
      console.log(`operation ${JSON.stringify({ number, event: "resolved", id: ids.get(name) })}`)
    } catch (cause) {
      console.log(`operation ${JSON.stringify({ number, event: "rejected", cause: String(cause) })}`)
    }
  }
  return resolved
}

/** What the device lists, and whether anything of it is still on its way; `undefined` while there is no engine. */
export const look = (key) => {
  const engine = globalThis[Symbol.for(key)]
  if (engine === undefined) return undefined
  const { state, store, unsynced, onlyHere, failed } = engine.getStatus()
  const files = engine
    .listFiles()
    .map(({ id, name, contentHash, remoteKey }) => ({
      id,
      name,
      contentHash,
      isUploaded: remoteKey !== null,
    }))
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return { files, state, store, unsynced, onlyHere, failed }
}

/** What LiveStore itself says of its session and of the worker that leads it, for the person who reads why a round failed. */
export const diagnose = async (storeId) => {
  const store = globalThis["__debugLiveStore"]?.[storeId]
  if (store === undefined) return "there is no store"
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, "the leader does not answer"))
  const states = await Promise.race([store["_dev"].syncStates(), late])
  return JSON.stringify({ states, status: store.syncStatus() })
}

/** Writes noise over the beginning of LiveStore's event log; the page has to be one of the store's origin without the store. */
export const damageEventLog = async (storeId) => {
  const root = await navigator.storage.getDirectory()
  const folder = await root.getDirectoryHandle(`livestore-${storeId}@6`)
  const name = "/eventlog.db"
  for await (const entry of folder.values()) {
    const file = await entry.getFile()
    const path = new TextDecoder().decode(await file.slice(0, name.length + 1).arrayBuffer())
    if (path !== `${name}\0`) continue
    const writable = await entry.createWritable({ keepExistingData: true })
    // The pool's own header, which names the database, is in the first 4096 bytes.
    await writable.write({ type: "write", position: 4096, data: new Uint8Array(4096).fill(7) })
    await writable.close()
    return true
  }
  return false
}
