/** A device: a browser with a profile of its own that survives being closed or killed, as a user's does. */
import { chromium } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { killBrowser } from "./browser-processes.mjs"
import { temporaryFolder } from "./started-app.mjs"

const engineKey = "livestore-filesync"
const waitMs = 60_000
/** Between two looks at a page: Playwright looks at every frame, and each costs processor time. */
const polling = 100

let executablePath
const browserPath = () => {
  executablePath ??= findBrowser()
  if (executablePath === undefined) throw new Error("No Chromium that starts; set CHROME_PATH.")
  return executablePath
}

/** Lives in the page before any script of it: keeps every value that the elements' attributes ever had. */
const keepAttributes = () => {
  const seen = []
  globalThis.seenAttributes = seen
  const attributes = ["state", "transfer", "progress", "only-here", "uploading"]
  const observer = new MutationObserver((changes) => {
    for (const { target, attributeName } of changes) {
      if (!target.localName.startsWith("filesync-")) continue
      const about = target.getAttribute("alt")
      seen.push({
        element: target.localName,
        about,
        name: attributeName,
        value: target.getAttribute(attributeName),
      })
    }
  })
  observer.observe(document, { subtree: true, attributes: true, attributeFilter: attributes })
}

/** What a file is, as the device would hand it to a program; computed inside the page. */
const describeFile = async ([key, fileId]) => {
  const file = await globalThis[Symbol.for(key)].readFile(fileId).catch((cause) => {
    // An error loses its fields on the way out of the page.
    throw new Error(`readFile: ${cause?._tag} ${cause?.reason} ${cause?.message} ${cause?.cause ?? ""}`)
  })
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer())
  const hash = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return { name: file.name, type: file.type, sizeBytes: file.size, hash }
}

/**
 * Opens a browser on `profile` (default: a new one) at `url`, and waits for the engine unless `untilReady` is `false`, for up
 * to `timeoutMs`. `initScripts` (`[script, value]`) run before those of every page; `onPage` gets the page before it loads.
 */
export const openDevice = async (
  name,
  {
    url,
    profile = temporaryFolder(`profile-${name}`),
    untilReady = true,
    timeoutMs = waitMs,
    flags = chromiumFlags,
    viewport = { width: 1100, height: 800 },
    initScripts = [],
    onPage = () => {},
  },
) => {
  const context = await chromium.launchPersistentContext(profile.path, {
    executablePath: browserPath(),
    headless: true,
    args: flags,
    viewport,
    reducedMotion: "reduce",
    timeout: timeoutMs,
  })
  context.setDefaultTimeout(timeoutMs)
  await context.addInitScript(keepAttributes)
  for (const [script, value] of initScripts) await context.addInitScript(script, value)
  const page = context.pages()[0] ?? (await context.newPage())
  const problems = []
  page.on("pageerror", (error) => problems.push(`${name}: ${error.message}`))
  onPage(page)

  const engineReady = () =>
    page.waitForFunction((key) => globalThis[Symbol.for(key)] !== undefined, engineKey, { polling })
  const records = () =>
    page.evaluate(
      (key) =>
        globalThis[Symbol.for(key)].listFiles().map((record) => ({ id: record.id, name: record.name })),
      engineKey,
    )

  const device = {
    name,
    page,
    context,
    problems,
    profile,
    async goto(address) {
      await page.goto(address)
      await engineReady()
    },
    async reload() {
      await page.reload()
      await engineReady()
    },
    /** Picks files in the upload element's own input, from disk as a user does. */
    pick: (paths) => page.locator("filesync-upload input[type=file]").setInputFiles(paths),
    /** Drops files from disk on the upload element, as the system's file manager does. */
    async drop(paths) {
      const { x, y, width, height } = await page.locator("filesync-upload").boundingBox()
      const session = await context.newCDPSession(page)
      const data = { items: [], files: paths, dragOperationsMask: 1 }
      for (const type of ["dragEnter", "dragOver", "drop"]) {
        await session.send("Input.dispatchDragEvent", { type, x: x + width / 2, y: y + height / 2, data })
      }
      await session.detach()
    },
    records,
    /** Waits until exactly these names are listed. */
    async waitForNames(names) {
      const wanted = names.toSorted().join("\n")
      await page.waitForFunction(
        ([key, text]) =>
          globalThis[Symbol.for(key)]
            .listFiles()
            .map((record) => record.name)
            .toSorted()
            .join("\n") === text,
        [engineKey, wanted],
        { timeout: waitMs, polling },
      )
    },
    async read(fileName) {
      const record = (await records()).find((one) => one.name === fileName)
      if (record === undefined) throw new Error(`${name} has no ${fileName}.`)
      return page.evaluate(describeFile, [engineKey, record.id]).catch((cause) => {
        throw new Error(`${name} cannot read ${fileName}`, { cause })
      })
    },
    /** Waits until the engine says this of the file: `{ transfer, local, remote, … }`. */
    async waitForState(fileName, wanted) {
      await page.waitForFunction(
        ([key, asked, facts]) => {
          const engine = globalThis[Symbol.for(key)]
          const record = engine?.listFiles().find((one) => one.name === asked)
          if (record === undefined) return false
          const state = engine.getFileState(record.id)
          return Object.entries(facts).every(([fact, value]) => state[fact] === value)
        },
        [engineKey, fileName, wanted],
        { timeout: waitMs, polling },
      )
    },
    picture: (fileName) => page.locator(`filesync-image[alt="${fileName}"]`),
    seen: () => page.evaluate(() => globalThis.seenAttributes),
    /** As when the power goes: nothing gets to finish. */
    async kill() {
      const closed = new Promise((resolve) => context.on("close", resolve))
      killBrowser(profile.path)
      await closed
    },
    close: () => context.close(),
  }
  await (untilReady ? device.goto(url) : page.goto(url))
  return device
}
