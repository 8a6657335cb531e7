import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { npm, pack } from "../support/packed.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const templates = ["plain", "vue", "svelte", "react"]

describe("an app made by `create`", { timeout: templates.length * 5 * 60_000 }, () => {
  const folder = temporaryFolder("created")
  const photo = makeFile(folder.path, "photo.png", "image/png", noisePng(300, 200, 5))
  let tarball
  let command
  before(() => {
    const packed = pack(folder.path)
    ;({ tarball } = packed)
    // The packed one: only what is in the package can be copied.
    command = join(packed.path, "bin/livestore-filesync.mjs")
  })
  after(folder.remove)

  for (const template of templates) {
    it(`builds from the template ${template} after an install, and shows a photo that is dropped on it`, async () => {
      const app = join(folder.path, template)
      const { status, stdout } = spawnSync(
        process.execPath,
        [command, "create", app, "--template", template],
        {
          encoding: "utf8",
        },
      )
      assert.equal(status, 0)
      assert.match(stdout, /npm install\n {2}npm start/)
      const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8"))
      manifest.dependencies["livestore-filesync"] = `file:${tarball}`
      writeFileSync(join(app, "package.json"), JSON.stringify(manifest))
      npm(["install", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: app })
      npm(["run", "build"], { cwd: app })

      const backend = await startLocalBackend({
        assets: staticFiles({ mounts: [{ prefix: "/", folder: join(app, "dist") }] }),
      })
      const device = await openDevice(`created-${template}`, { url: backend.url })
      try {
        await device.pick([photo.path])
        await device.page.locator("filesync-image[state=ready]").waitFor({ timeout: 60_000 })
        assert.deepEqual(device.problems, [])
      } finally {
        await device.close()
        device.profile.remove()
        await backend.stop()
      }
    })
  }
})
