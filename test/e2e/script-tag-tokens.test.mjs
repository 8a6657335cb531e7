import assert from "node:assert/strict"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const waitMs = 60_000

const pageWith = (attributes, script) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Tokens</title>
  <script>${script}</script>
  <script type="module" src="/livestore-filesync/filesync.js" data-store-id="team" data-remote="/api" data-sync="/sync"
          data-sw="/filesync-sw.js" ${attributes}></script>
  <filesync-status></filesync-status>
  <filesync-upload multiple></filesync-upload>
  <filesync-list order="oldest">
    <template><filesync-image width="120" height="90"></filesync-image></template>
  </filesync-list>
</html>`

/** Its first token has ended, as after a night; each refresh gives the present one. */
const refreshing = `
  globalThis.asked = []
  let token = "ended"
  globalThis.session = {
    findToken: async ({ refresh }) => {
      asked.push(refresh)
      if (refresh) token = "present"
      return token
    },
  }`

const pages = {
  "/refreshing": pageWith('data-get-token="session.findToken"', refreshing),
  "/fixed": pageWith('data-token="present"', ""),
  "/stranger": pageWith('data-token="guess"', ""),
  "/nobody": pageWith('data-get-token="not.there"', ""),
}

const startSite = () => {
  const files = staticFiles({
    mounts: [{ prefix: "/livestore-filesync/", folder: join(root, "dist/cdn") }],
    files: { "/filesync-sw.js": join(root, "dist/filesync-sw.js") },
  })
  return startLocalBackend({
    variables: {
      FILESYNC_OPEN: "false",
      FILESYNC_TOKENS: JSON.stringify([
        { token: "present", decision: { kind: "prefixes", prefixes: ["team"] } },
      ]),
    },
    assets: (request) => {
      const page = pages[new URL(request.url).pathname]
      return page === undefined
        ? files(request)
        : new Response(page, { headers: { "Content-Type": "text/html; charset=utf-8" } })
    },
  })
}

const showsPictures = (page, count) =>
  page.waitForFunction(
    (wanted) => document.querySelectorAll("filesync-image[state=ready]").length === wanted,
    count,
    { timeout: waitMs },
  )

describe("the script tag's tokens", { timeout: 10 * 60_000 }, () => {
  const folder = temporaryFolder("tokens")
  const photos = [1, 2].map((seed) =>
    makeFile(folder.path, `${seed}.png`, "image/png", noisePng(40 + seed, 30, seed)),
  )
  let site
  let device

  before(async () => {
    site = await startSite()
  })
  after(async () => {
    await device?.close()
    device?.profile.remove()
    await site?.stop()
    folder.remove()
  })

  it("carries files and records with a token that is refreshed, and with one of the page", async () => {
    device = await openDevice("tokens", { url: `${site.url}/refreshing` })
    await device.pick(photos[0].path)
    await device.waitForState("1.png", { transfer: "done", remote: true })
    // Another origin of the same browser is another device.
    const other = await device.context.newPage()
    const requested = []
    other.on("request", (request) => requested.push(request.url()))
    await other.goto(`${site.url.replace("127.0.0.1", "localhost")}/fixed`)
    await showsPictures(other, 1)
    await other.locator("filesync-upload input[type=file]").setInputFiles(photos[1].path)
    await showsPictures(device.page, 2)
    await other.close()
    const asked = await device.page.evaluate(() => globalThis.asked)
    assert.ok(asked.includes(false))
    assert.ok(asked.filter((refresh) => refresh).length <= 2, "files and sync share a refresh")
    assert.deepEqual(
      requested.filter((url) => url.includes("present")),
      [],
      "no request of the page has the token in its address",
    )
    assert.deepEqual(device.problems, [])
  })

  it("asks the user to sign in, and keeps the file, with a wrong token and without a function", async () => {
    const origin = site.url.replace("127.0.0.1", "localhost")
    for (const path of ["/stranger", "/nobody"]) {
      const page = await device.context.newPage()
      await page.goto(origin + path)
      await page.waitForFunction((key) => globalThis[Symbol.for(key)] !== undefined, "livestore-filesync")
      const state = await page.evaluate(async (key) => {
        const fileSync = globalThis[Symbol.for(key)]
        const fileId = await fileSync.saveFile(new File([crypto.randomUUID()], "note.txt"))
        return new Promise((resolve) => {
          const look = () => {
            const { cause } = fileSync.getStatus()
            if (cause === "signed-out") resolve(fileSync.getFileState(fileId))
          }
          fileSync.subscribe(look)
          look()
        })
      }, "livestore-filesync")
      assert.deepEqual([state.local, state.remote], [true, false], path)
      await page.waitForFunction(
        () => document.querySelector("filesync-status").shadowRoot.textContent.includes("You are signed out"),
        undefined,
        { timeout: waitMs },
      )
      await page.close()
    }
  })
})
