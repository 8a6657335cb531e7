/** Functions that run in a device's page. Each stands alone: it is sent there as text. */

/**
 * Does what was planned, and reports each action on the console before and after: what a killed page had begun and finished
 * is known from there. Nothing begins before the driver has heard of it. Actions on one file follow one another. Needs
 * `globalThis.makeContent` and `globalThis.untilHeard`. Resolves with the report of every action that resolved.
 */
export const runActions = async ([engineKey, actions, known]) => {
  const ids = new Map(known.map(({ key, id }) => [key, id]))
  const last = new Map()
  const resolved = []
  const report = (number, event, more = {}) => {
    const line = { number, event, ...more }
    if (event === "resolved") resolved.push(line)
    console.log(`action ${JSON.stringify(line)}`)
  }
  const hexOf = (digest) =>
    [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  const perform = {
    save: async (engine, { file, key, mark }) => {
      ids.set(key, await engine.saveFile(file, { metadata: { key, mark } }))
      return {}
    },
    update: async (engine, { id, file }) => {
      await engine.updateFile(id, file)
      return {}
    },
    edit: async (engine, { id, key, name, mark }) => {
      await engine.editFile(id, { name, metadata: { key, mark } })
      return {}
    },
    delete: async (engine, { id }) => {
      await engine.deleteFile(id)
      return {}
    },
    restore: async (engine, { id }) => {
      await engine.restoreFile(id)
      return { contentHash: engine.getFile(id)?.contentHash }
    },
    evict: async (engine, { id }) => {
      await engine.evict(id)
      return {}
    },
    read: async (engine, { id }) => {
      const file = await engine.readFile(id)
      return { readHash: hexOf(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())) }
    },
    erase: async (engine, { id }) => {
      await engine.eraseFile(id)
      return {}
    },
  }
  const act = async (action) => {
    const { number, kind, key, name = `${key}.bin`, content } = action
    const engine = globalThis[Symbol.for(engineKey)]
    const id = ids.get(key)
    if (engine === undefined) return report(number, "skipped", { cause: "there is no engine" })
    if (kind !== "save" && id === undefined) return report(number, "skipped", { cause: "it was not saved" })
    const file =
      content === undefined
        ? undefined
        : new File([globalThis.makeContent(content)], name, { type: "application/octet-stream" })
    report(number, "began")
    await globalThis.untilHeard()
    try {
      const found = await perform[kind](engine, { ...action, id, file })
      report(number, "resolved", { id: ids.get(key), ...found })
    } catch (cause) {
      report(number, "rejected", {
        cause: `${cause?._tag ?? cause?.name}/${cause?.reason ?? cause?.message}`,
      })
    }
  }
  for (const action of actions) {
    await new Promise((resolve) => setTimeout(resolve, action.afterMs))
    const work = (last.get(action.key) ?? Promise.resolve()).then(() => act(action))
    last.set(action.key, work)
    if (!action.isTogether) await work
  }
  await Promise.all(last.values())
  return resolved
}

/** What the tab lists, and whether anything of it is still on its way; `undefined` while there is no engine. */
export const look = (engineKey) => {
  const engine = globalThis[Symbol.for(engineKey)]
  if (engine === undefined) return undefined
  const { state, store, unsynced, onlyHere, failed, saving, cause } = engine.getStatus()
  const describe = (records) =>
    records
      .map(({ id, name, contentHash, remoteKey, metadata }) => ({
        id,
        key: metadata?.key ?? name,
        mark: metadata?.mark,
        name,
        contentHash,
        isUploaded: remoteKey !== null,
      }))
      .toSorted((one, other) => (one.id < other.id ? -1 : 1))
  const files = describe(engine.listFiles())
  const deleted = describe(engine.listDeleted())
  return { files, deleted, state, store, unsynced, onlyHere, failed, saving, cause }
}

/** Reads a file, after freeing this device's copy when `isEvicted`; resolves with the SHA-256 of its bytes. */
export const readHash = async ([engineKey, id, isEvicted]) => {
  const engine = globalThis[Symbol.for(engineKey)]
  try {
    if (isEvicted) await engine.evict(id)
    const file = await engine.readFile(id)
    const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer())
    return { hash: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") }
  } catch (cause) {
    return { failure: `${cause?._tag} ${cause?.reason} ${cause?.message} ${cause?.cause ?? ""}` }
  }
}

/** Asks for everything that stopped to be tried again, as the button of `<filesync-status>` does. */
export const retryAll = (engineKey) => globalThis[Symbol.for(engineKey)]?.retry()

/** Gives the page's script tag another token. */
export const setToken = (token) => {
  document.querySelector("script[data-store-id]").dataset.token = token
}

/** Makes the page believe that it is hidden, or visible again. */
export const setHidden = (isHidden) => {
  Object.defineProperty(document, "visibilityState", {
    configurable: true,
    get: () => (isHidden ? "hidden" : "visible"),
  })
  Object.defineProperty(document, "hidden", { configurable: true, get: () => isHidden })
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }))
}

/** Takes the service worker away from under the page. */
export const unregisterServiceWorkers = async () => {
  const registrations = await navigator.serviceWorker.getRegistrations()
  await Promise.all(registrations.map((one) => one.unregister()))
}

/** Before any script of the page: a clock that can be moved. `Date` stays what it was but for the time that it gives. */
export const installClock = (firstOffsetMs) => {
  let offsetMs = firstOffsetMs
  const Real = Date
  const now = () => Real.now() + offsetMs
  globalThis.moveClock = (nextOffsetMs) => {
    offsetMs = nextOffsetMs
  }
  globalThis.Date = new Proxy(Real, {
    construct: (target, given, newTarget) =>
      Reflect.construct(
        target,
        given.length === 0 ? [now()] : given,
        newTarget === globalThis.Date ? target : newTarget,
      ),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  })
}

/** Sets the clock of `installClock`. */
export const moveClock = (offsetMs) => globalThis.moveClock(offsetMs)

/**
 * Before any script of the page: says on the console, each second, that all is well, for as long as the status says so, with
 * what it knows; and when an engine took the place of another, because its store was opened again.
 */
export const watchCalm = (engineKey) => {
  let known
  setInterval(() => {
    const engine = globalThis[Symbol.for(engineKey)]
    if (engine === undefined) return
    if (engine !== known) {
      if (known !== undefined) console.log("engine replaced")
      known = engine
    }
    const { state, store, unsynced, onlyHere, saving, failed } = engine.getStatus()
    if (state !== "idle" || store !== "open" || unsynced + onlyHere + saving + failed > 0) return
    const hashes = engine.listFiles().map(({ contentHash }) => contentHash)
    console.log(`calm ${JSON.stringify({ hashes })}`)
  }, 1_000)
}

/** What LiveStore itself says of its session and of the worker that leads it, for the person who reads why a round failed. */
export const diagnose = async (storeId) => {
  const store = globalThis["__debugLiveStore"]?.[storeId]
  if (store === undefined) return "there is no store"
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, "the leader does not answer"))
  const states = await Promise.race([store["_dev"].syncStates(), late])
  const { head } = store[Symbol.for("livestore.StoreInternals")].sqliteDbWrapper.debug
  return JSON.stringify({ status: store.syncStatus(), tables: head, states })
}

/**
 * The databases of LiveStore, as `[name, base64]`: the state of this tab, that of the worker which leads the store, and its
 * event log. LiveStore offers them as downloads only.
 */
export const exportDatabases = async (storeId) => {
  const store = globalThis["__debugLiveStore"]?.[storeId]
  if (store === undefined) return []
  const exported = async (download) => {
    const real = URL.createObjectURL
    const blob = await new Promise((resolve) => {
      URL.createObjectURL = (given) => {
        resolve(given)
        return "data:,"
      }
      download()
    })
    URL.createObjectURL = real
    const bytes = new Uint8Array(await blob.arrayBuffer())
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
  }
  return [
    ["tab.db", await exported(() => store["_dev"].downloadDb("local"))],
    ["leader.db", await exported(() => store["_dev"].downloadDb("leader"))],
    ["eventlog.db", await exported(() => store["_dev"].downloadEventlogDb())],
  ]
}

/** The journals of this browser, as `[tab, text]`: what it has not seen confirmed. */
export const readJournals = async (storeId) => {
  const root = await navigator.storage.getDirectory()
  const files = await root.getDirectoryHandle("livestore-filesync-files")
  const outbox = await (await files.getDirectoryHandle(storeId)).getDirectoryHandle("outbox")
  const found = []
  for await (const entry of outbox.values()) found.push([entry.name, await (await entry.getFile()).text()])
  return found
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
