/** A browser for tests, patient enough for a machine that does other things as well. */
import { chromium } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"

/** For each step on a page. Playwright's own 30 s have passed on machines with ten programs at once. */
const stepTimeoutMs = 120_000

/** Starts Chromium without a profile of its own. */
export const launchBrowser = async () => {
  const browser = await chromium.launch({ executablePath: findBrowser(), args: chromiumFlags })
  const openContext = async (options) => {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(stepTimeoutMs)
    return context
  }
  return {
    newContext: openContext,
    /** A page in a context of its own. */
    newPage: async (options) => {
      const context = await openContext(options)
      const page = await context.newPage()
      page.once("close", () => void context.close().catch(() => {}))
      return page
    },
    close: () => browser.close(),
  }
}
