/** The browsers these tests run in, and what a person or the browser itself does there that no page can ask for. */
import { chromium, firefox } from "playwright-core"
import { chromiumFlags, findBrowser } from "../../scripts/find-browser.mjs"
import { firefoxLaunchOptions, firefoxPaths } from "../../scripts/test/engines/find-engine.mjs"

/** `TEST_ENGINE`, as the unit tests have it: `chromium` (without it), or `firefox`. */
const engine = process.env.TEST_ENGINE ?? "chromium"

/**
 * Starts a browser, with the parts that differ between browsers: `stopWorkers` ends service workers as the browser does
 * when they are idle, `hardReload` is Shift+Reload. `patienceMs` shortens how long the browser lets a worker run that
 * receives no event; `hasPatience` says whether this browser can do that.
 */
export const startEngine = (profile, { patienceMs } = {}) => {
  const start = { chromium: startChromium, firefox: startFirefox }[engine]
  if (start === undefined) throw new Error(`These tests do not run in ${engine}.`)
  return start(profile, patienceMs)
}

const startChromium = async (profile) => {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findBrowser(),
    headless: true,
    args: [...chromiumFlags, "--autoplay-policy=no-user-gesture-required", "--mute-audio"],
  })
  const sendCommands = async (page, ...commands) => {
    const session = await context.newCDPSession(page)
    for (const command of commands) await session.send(...command)
    await session.detach()
  }
  return {
    context,
    hasPatience: false,
    stopWorkers: (page) => sendCommands(page, ["ServiceWorker.enable"], ["ServiceWorker.stopAllWorkers"]),
    hardReload: (page) => sendCommands(page, ["Page.reload", { ignoreCache: true }]),
  }
}

/** Runs in Firefox's own window: ends every worker that the browser knows, and resolves when they have ended. */
const endFirefoxWorkers = `(async () => {
  const found = Cc["@mozilla.org/serviceworkers/manager;1"].getService(Ci.nsIServiceWorkerManager).getAllRegistrations()
  for (let at = 0; at < found.length; at++) {
    const { installingWorker, waitingWorker, activeWorker } = found.queryElementAt(at, Ci.nsIServiceWorkerRegistrationInfo)
    for (const worker of [installingWorker, waitingWorker, activeWorker]) await worker?.terminateWorker()
  }
})()`

const reloadInFirefox = (url) => `(() => {
  const tabs = [...Services.wm.getEnumerator("navigator:browser")].flatMap((window) => window.gBrowser.browsers)
  tabs.find((tab) => tab.currentURI.spec === ${JSON.stringify(url)}).reloadWithFlags(Ci.nsIWebNavigation.LOAD_FLAGS_BYPASS_CACHE)
})()`

const startFirefox = async (profile, patienceMs) => {
  const context = await firefox.launchPersistentContext(profile, {
    ...firefoxLaunchOptions(firefoxPaths()[0]),
    headless: true,
    args: ["--remote-allow-system-access"],
    firefoxUserPrefs: {
      // Tests open windows without a click.
      "dom.disable_open_during_load": false,
      // And play without one.
      "media.autoplay.default": 0,
      // Each is 30 seconds: until it counts as idle, and until it is ended whatever it still does.
      ...(patienceMs
        ? {
            "dom.serviceWorkers.idle_timeout": patienceMs / 2,
            "dom.serviceWorkers.idle_extended_timeout": patienceMs / 2,
          }
        : {}),
    },
  })
  // The automation has no command for what follows; the browser's own window has, and the protocol leads there.
  // oxlint-disable-next-line no-underscore-dangle -- pinned with playwright-core, which has no public way to it
  const session = context._connection.toImpl(context)._browser._browserSession
  const inBrowserWindow = async (expression) => {
    const { contexts } = await session.send("browsingContext.getTree", { "moz:scope": "chrome" })
    const target = { context: contexts[0].context }
    const { type, exceptionDetails } = await session.send("script.evaluate", {
      expression,
      target,
      awaitPromise: true,
    })
    if (type !== "success") throw new Error(exceptionDetails.text)
  }
  return {
    context,
    hasPatience: true,
    stopWorkers: () => inBrowserWindow(endFirefoxWorkers),
    hardReload: (page) => inBrowserWindow(reloadInFirefox(page.url())),
  }
}
