/** How web-test-runner starts each engine. */
import { playwrightLauncher } from "@web/test-runner-playwright"
import { chromiumFlags, findBrowser } from "../../find-browser.mjs"
import { firefoxLaunchOptions, firefoxPaths } from "./find-engine.mjs"
import { webkitLauncher } from "./webkit-launcher.mjs"

const chromium = () => {
  const executablePath = findBrowser()
  if (executablePath === undefined) {
    throw new Error("No Chromium that starts. Run `node scripts/find-browser.mjs`, or set CHROME_PATH.")
  }
  return playwrightLauncher({ product: "chromium", launchOptions: { executablePath, args: chromiumFlags } })
}

const launchers = {
  chromium,
  firefox: () =>
    playwrightLauncher({
      product: "firefox",
      // Its automation loses pages when several are opened at once.
      concurrency: 1,
      launchOptions: firefoxLaunchOptions(firefoxPaths()[0]),
      createBrowserContext: ({ browser }) => browser.newContext(),
    }),
  webkit: () => webkitLauncher(),
  "webkit-private": () => webkitLauncher({ isPrivate: true }),
}

/** The launcher for `TEST_ENGINE`. */
export const engineLauncher = (engine) => {
  const make = launchers[engine]
  if (make === undefined) {
    throw new Error(`No such engine: ${engine}. There are ${Object.keys(launchers).join(", ")}.`)
  }
  return make()
}
