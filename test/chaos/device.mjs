/** A device of the chaos run: a browser on a profile that survives it, with one tab or several. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { openDevice } from "../support/device.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { makeContent } from "./content.mjs"
import {
  diagnose,
  exportDatabases,
  installClock,
  look,
  moveClock,
  readJournals,
  readHash,
  retryAll,
  runActions,
  setHidden,
  setToken,
  unregisterServiceWorkers,
  watchCalm,
} from "./in-page.mjs"

const engineKey = "livestore-filesync"
/** Not what is tested: a busy machine may take a minute to start a browser. */
const openTimeoutMs = 180_000
/** A page that does not answer is looked at again. */
const lookTimeoutMs = 20_000

const inTime = (work, timeoutMs, late) => Promise.race([work, delay(timeoutMs, late, { ref: false })])

/** A process of the browser that is just ending may still write; what is left then goes with the system's temporary files. */
const discard = (folder) => {
  try {
    folder.remove()
  } catch {
    // Nothing is tested by it.
  }
}

/** `onMessage` gets what pages print, and the page. Scripts of the page that `isWatched` say when all seems well. */
export const makeDevice = (name, { url, onMessage, isWatched = false }) => {
  let profile = temporaryFolder(`chaos-${name}`)
  let opened
  let clockMs = 0
  let tabs = []

  const follow = (page) => {
    tabs.push(page)
    page.on("close", () => {
      tabs = tabs.filter((one) => one !== page)
    })
    page.on("console", (message) => onMessage(device, message.text(), page))
    // What a page prints before it calls this has arrived when it is answered.
    void page.exposeFunction("untilHeard", () => undefined).catch(() => undefined)
    page.on("pageerror", (error) => onMessage(device, `page error: ${error.message}`, page))
  }
  const inAllTabs = (script, value) =>
    Promise.all(tabs.map((page) => page.evaluate(script, value).catch(() => undefined)))
  const session = async (page, run) => {
    const cdp = await page.context().newCDPSession(page)
    try {
      await run(cdp)
    } finally {
      await cdp.detach().catch(() => undefined)
    }
  }

  const device = {
    name,
    page: () => opened.page,
    context: () => opened.context,
    /** The first one first; none while the browser is closed. */
    tabs: () => tabs,
    isOpen: () => tabs.length > 0,
    open: async ({ untilReady = true } = {}) => {
      tabs = []
      opened = await openDevice(name, {
        url,
        profile,
        untilReady,
        timeoutMs: openTimeoutMs,
        onPage: follow,
        initScripts: [
          [installClock, clockMs],
          ...(isWatched ? [[watchCalm, engineKey]] : []),
          [`globalThis.makeContent = ${makeContent}`],
        ],
      })
    },
    /** Opens the page in another tab, and waits for its engine. */
    openTab: async () => {
      const page = await opened.context.newPage()
      follow(page)
      await page.goto(url)
      await page.waitForFunction((key) => globalThis[Symbol.for(key)] !== undefined, engineKey)
      return page
    },
    closeTab: (page) => page.close(),
    /** `close`, `kill` or `reload`. */
    end: async (kind) => {
      const ending = opened[kind]()
      if (kind !== "reload") tabs = []
      await ending
    },
    /** The device is lost with all that it has; another takes its place. */
    wipe: () => {
      discard(profile)
      profile = temporaryFolder(`chaos-${name}`)
    },
    run: (actions, known, page = opened.page) => page.evaluate(runActions, [engineKey, actions, known]),
    look: (page = opened.page) =>
      inTime(page.evaluate(look, engineKey), lookTimeoutMs, { failure: "the page does not answer" }).catch(
        (cause) => ({ failure: String(cause) }),
      ),
    readHash: (id, isEvicted) => opened.page.evaluate(readHash, [engineKey, id, isEvicted]),
    retry: () => opened.page.evaluate(retryAll, engineKey).catch(() => undefined),
    setToken: (token) => inAllTabs(setToken, token),
    setHidden: (isHidden) => inAllTabs(setHidden, isHidden),
    moveClock: (offsetMs) => {
      clockMs = offsetMs
      return inAllTabs(moveClock, offsetMs)
    },
    unregisterServiceWorkers: () => inAllTabs(unregisterServiceWorkers),
    /** What the browser does with tabs that nobody looks at: nothing runs in it until it is thawed. */
    setFrozen: (page, isFrozen) =>
      session(page, (cdp) =>
        cdp.send("Page.setWebLifecycleState", { state: isFrozen ? "frozen" : "active" }),
      ).catch(() => undefined),
    /** What LiveStore says of itself in each tab. */
    diagnose: (storeId) =>
      Promise.all(
        tabs.map((page) =>
          inTime(page.evaluate(diagnose, storeId), lookTimeoutMs, "the page does not answer").catch(String),
        ),
      ),
    /** Writes what each tab and its worker have of LiveStore's databases, and the journals, into a folder. */
    keepDatabases: async (storeId, folder) => {
      const journals = await inTime(opened.page.evaluate(readJournals, storeId), lookTimeoutMs, []).catch(
        () => [],
      )
      mkdirSync(folder, { recursive: true })
      for (const [tab, text] of journals) writeFileSync(join(folder, `${name}-journal-${tab}.jsonl`), text)
      for (const [index, page] of tabs.entries()) {
        const databases = await inTime(page.evaluate(exportDatabases, storeId), lookTimeoutMs, [])
        for (const [database, base64] of databases)
          writeFileSync(join(folder, `${name}-${index + 1}-${database}`), base64, "base64")
      }
    },
    remove: async () => {
      await inTime(
        opened?.close().catch(() => undefined),
        openTimeoutMs,
      )
      discard(profile)
    },
  }
  return device
}
