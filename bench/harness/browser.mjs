/** Real browsers with a profile on disk: an incognito one keeps OPFS in memory and takes another path. */
import { chromium } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { killBrowser } from "../../test/support/browser-processes.mjs"
import { temporaryFolder } from "./temporary-folder.mjs"

const timeoutMs = 30 * 60_000
const openBrowsers = new Set()

let executablePath
const browserPath = () => {
  executablePath ??= findBrowser()
  if (executablePath === undefined) throw new Error("No Chromium that starts; set CHROME_PATH.")
  return executablePath
}

let callLimitMs = timeoutMs

/** Sets the longest time of a page's call from now on; a subject that hangs must not stop the rest. */
export const limitCalls = (limitMs) => {
  callLimitMs = limitMs
}

const withLimit = (promise, what) => {
  let timer
  const limit = new Promise((_, reject) => {
    const error = new Error(`${what} took longer than ${callLimitMs / 1000} s`)
    timer = setTimeout(() => reject(error), callLimitMs)
  })
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer))
}

/** What is asked of the page; a failure says what the page said. */
const call = (page, name, ...args) => withLimit(ask(page, name, args), name)

const ask = (page, name, args) =>
  page.evaluate(
    async ([member, given]) => {
      try {
        return await globalThis.subject[member](...given)
      } catch (error) {
        // An error loses its fields on the way out of a page.
        throw new Error(`${member}: ${error?._tag ?? ""} ${error?.stack ?? error} ${error?.cause ?? ""}`, {
          cause: error,
        })
      }
    },
    [name, args],
  )

/** Opens a browser on `profile`; default a new one. */
export const openBrowser = async ({ profile = temporaryFolder("profile") } = {}) => {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    args: chromiumFlags,
    viewport: { width: 800, height: 600 },
  })
  context.setDefaultTimeout(timeoutMs)
  const first = context.pages()[0]
  const browser = {
    profile,
    context,
    /** Opens a subject's page; gives `call(member, …)`, `pick(paths)` and the page. */
    async open(url) {
      const page = await context.newPage()
      page.setDefaultTimeout(timeoutMs)
      const problems = []
      page.on("pageerror", (error) => problems.push(error.message))
      await page.goto(url)
      await page
        .waitForFunction(() => globalThis.subject !== undefined, null, { timeout: 60_000 })
        .catch(() => {
          throw new Error(`${url} did not start: ${problems.join("; ")}`)
        })
      return {
        page,
        problems,
        call: (name, ...args) => call(page, name, ...args),
        pick: (paths) => page.locator("#picker").setInputFiles(paths),
        front: () => page.bringToFront(),
        close: () => page.close(),
      }
    },
    /** Kills the browser, as a power cut does: nothing gets to finish. */
    async kill() {
      const closed = new Promise((resolve) => context.on("close", resolve))
      killBrowser(profile)
      await closed
      openBrowsers.delete(browser)
    },
    async close() {
      await context.close()
      openBrowsers.delete(browser)
    },
  }
  openBrowsers.add(browser)
  await first?.goto("about:blank")
  return browser
}

/** Ends every browser that is still open. */
export const closeBrowsers = () =>
  Promise.all([...openBrowsers].map((browser) => browser.close().catch(() => {})))

/** Name and version of the browser, as it reports them. */
export const browserVersion = async () => {
  const browser = await chromium.launch({
    executablePath: browserPath(),
    headless: true,
    args: chromiumFlags,
  })
  const version = browser.version()
  await browser.close()
  return `Chromium ${version}`
}
