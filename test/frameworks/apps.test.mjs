import assert from "node:assert/strict"
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { scriptTags } from "../../scripts/release/integrity.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { installPackage } from "./installed.mjs"

const waitMs = 60_000

/** An app's built folder and the backend, on one origin. */
const serve = (folder) => startLocalBackend({ assets: staticFiles({ mounts: [{ prefix: "/", folder }] }) })

const readyPictures = (page, count) =>
  page.waitForFunction(
    (wanted) => {
      const pictures = [...document.querySelectorAll("filesync-image")]
      return pictures.length === wanted && pictures.every((picture) => picture.matches("[state=ready]"))
    },
    count,
    { timeout: waitMs },
  )

/** `file:line` of each error that a checker printed, in order, each once. */
const linesWithErrors = (text) => [
  ...new Set(
    [...text.matchAll(/([\w-]+\.(?:tsx?|vue|svelte))[(:](\d+)[,:]\d+/g)].map(
      (match) => `${match[1]}:${match[2]}`,
    ),
  ),
]

describe("the installed package", { timeout: 14 * 60_000 }, () => {
  let app
  const pictures = temporaryFolder("pictures")
  const photo = makeFile(pictures.path, "photo.png", "image/png", noisePng(300, 200, 5))
  const second = makeFile(pictures.path, "second.png", "image/png", noisePng(120, 200, 6))
  const opened = []

  const open = async (name, url) => {
    const device = await openDevice(name, { url })
    opened.push(device)
    return device
  }
  const closeAll = async () => {
    for (const device of opened.splice(0)) {
      await device.close()
      device.profile.remove()
    }
  }

  before(() => {
    app = installPackage()
  })
  after(async () => {
    await closeAll()
    app?.remove()
    pictures.remove()
  })

  it("is there after what the README says to type, with one copy of Effect and of LiveStore", () => {
    assert.ok(existsSync(join(app.path, "node_modules/livestore-filesync/dist/index.js")))
    const nested = readdirSync(join(app.path, "node_modules"), { recursive: true }).filter((path) =>
      /node_modules[\\/](?:effect|@livestore[\\/]livestore|lit)[\\/]package\.json$/.test(path),
    )
    assert.deepEqual(nested, [])
    assert.match(app.versionOf("effect"), /^3\./)
  })

  it("has a check of its types for every entry that has types", () => {
    const { exports } = JSON.parse(
      readFileSync(join(app.path, "node_modules/livestore-filesync/package.json"), "utf8"),
    )
    const folder = fileURLToPath(new URL("types", import.meta.url))
    const checks = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))
    // The demos import those two, with their frameworks beside them.
    const elsewhere = new Set(["./vue", "./svelte"])
    const unchecked = Object.entries(exports)
      .filter(([name, target]) => typeof target === "object" && !elsewhere.has(name))
      .map(([name]) => `"livestore-filesync${name.slice(1)}"`)
      .filter((name) => !checks.some((text) => text.includes(name)))
    assert.deepEqual(unchecked, [])
  })

  it("takes the tools of its demos beside it", () => {
    app.addApps()
  })

  it("puts its service worker where a demo can serve it", () => {
    for (const name of ["plain", "vue", "svelte", "react"]) {
      app.run("livestore-filesync", ["copy-sw", join(name, "public")])
      assert.ok(existsSync(join(app.path, name, "public/filesync-sw.js")))
    }
  })

  for (const [module, moduleResolution] of [
    ["ESNext", "bundler"],
    ["Node16", "node16"],
  ]) {
    it(`has types for every entry under ${moduleResolution} resolution`, () => {
      const tsconfig = {
        compilerOptions: {
          ...{ module, moduleResolution, target: "ES2022", lib: ["ES2023", "DOM", "DOM.Iterable"] },
          ...{ strict: true, exactOptionalPropertyTypes: true, skipLibCheck: true, noEmit: true },
          ...{ types: ["node"], jsx: "react-jsx" },
        },
        include: ["*.ts", "*.tsx"],
      }
      writeFileSync(join(app.path, "types/tsconfig.json"), JSON.stringify(tsconfig))
      app.run("tsc", ["-p", "types"])
    })
  }

  it("is bundled by rollup, in an app with a store of its own, and shows a file that is saved", async () => {
    app.run("rollup", ["-c"], "rollup-app")
    const backend = await serve(join(app.path, "rollup-app/dist"))
    try {
      const { page, pick, problems } = await open("rollup", backend.url)
      await pick([photo.path, second.path])
      await readyPictures(page, 2)
      assert.deepEqual(problems, [])
    } finally {
      await closeAll()
      await backend.stop()
    }
  })

  it("runs on a page with script tags only, every module checked against its published hash", async () => {
    const folder = join(app.path, "script-tags")
    const installed = join(app.path, "node_modules/livestore-filesync/dist")
    mkdirSync(folder, { recursive: true })
    cpSync(join(installed, "cdn"), join(folder, "cdn"), { recursive: true })
    const integrity = JSON.parse(readFileSync(join(installed, "integrity.json"), "utf8"))
    const options = 'data-store-id="tags" data-remote="/api" data-sync="/sync" data-sw="/sw.js"'
    const page = `<!doctype html><html lang="en"><meta charset="utf-8"><link rel="icon" href="data:,">
${scriptTags(integrity, "/cdn/").replace('src="/cdn/filesync.js"', `src="/cdn/filesync.js" ${options}`)}
<filesync-upload multiple></filesync-upload><filesync-status></filesync-status>
<filesync-list><template><filesync-image width="120" height="90"></filesync-image></template></filesync-list>
<filesync-inspector></filesync-inspector></html>`
    writeFileSync(join(folder, "index.html"), page)
    writeFileSync(join(folder, "sw.js"), 'importScripts("/cdn/filesync-sw.js")\n')
    const backend = await serve(folder)
    try {
      const device = await open("script-tags", backend.url)
      await device.pick([photo.path, second.path])
      await readyPictures(device.page, 2)
      await device.page.locator("filesync-inspector").getByText("photo.png").waitFor()
      assert.deepEqual(device.problems, [])

      // The hashes are really looked at: a changed chunk is refused, and so is the engine it belongs to.
      const chunk = Object.keys(integrity).find((name) => name.startsWith("engine-"))
      appendFileSync(join(folder, "cdn", chunk), "\n// changed\n")
      await device.page.evaluate(async () => {
        for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister()
      })
      const refusal = device.page.waitForEvent("console", {
        predicate: (message) => /integrity/.test(message.text()) && message.text().includes(chunk),
        timeout: waitMs,
      })
      await device.page.reload()
      await refusal
    } finally {
      await closeAll()
      await backend.stop()
    }
  })

  const checks = {
    plain: ["tsc", "-p", "plain"],
    vue: ["vue-tsc", "-p", "vue"],
    svelte: ["svelte-check", "--workspace", "svelte", "--fail-on-warnings"],
    react: ["tsc", "-p", "react"],
  }

  /** Marked by line: everything else in the demos must be right. */
  const mistakes = {
    plain: {
      file: "mistakes.ts",
      text: `const picture = document.createElement("filesync-image")
picture.loading = "soon"
document.addEventListener("filesync-saved", (event) => event.nothing)
`,
      lines: ["mistakes.ts:2", "mistakes.ts:3"],
    },
    vue: {
      file: "Mistakes.vue",
      text: `<script setup lang="ts">
const count = 3
</script>
<template>
  <filesync-image file-id="right" :width="count" loading="lazy" @filesync-load="(event) => event.fileId" />
  <filesync-image loading="soon" />
  <filesync-upload @filesync-saved="(event) => event.nothing" />
</template>
`,
      lines: ["Mistakes.vue:6", "Mistakes.vue:7"],
    },
    svelte: {
      file: "Mistakes.svelte",
      text: `<script lang="ts"></script>
<filesync-image file-id="right" width={3} onfilesync-load={(event) => event.fileId}></filesync-image>
<filesync-image alt="" loading="soon"></filesync-image>
<filesync-upload onfilesync-saved={(event) => event.nothing}></filesync-upload>
`,
      lines: ["Mistakes.svelte:3", "Mistakes.svelte:4"],
    },
    react: {
      file: "mistakes.tsx",
      text: `export const right = <filesync-image file-id="right" width={3} onfilesync-load={(event) => event.fileId} />
export const one = <filesync-image alt="" loading="soon" />
export const other = <filesync-upload onfilesync-saved={(event) => event.nothing} />
`,
      lines: ["mistakes.tsx:2", "mistakes.tsx:3"],
    },
  }

  for (const [name, [checker, ...args]] of Object.entries(checks)) {
    it(`gives the ${name} demo types for its elements, and reports mistakes`, () => {
      const mistake = mistakes[name]
      writeFileSync(join(app.path, name, "src", mistake.file), mistake.text)
      try {
        assert.throws(
          () => app.run(checker, args),
          ({ message }) => {
            assert.deepEqual(linesWithErrors(message), mistake.lines, message)
            return true
          },
        )
      } finally {
        rmSync(join(app.path, name, "src", mistake.file))
      }
    })

    it(`is bundled by Vite in the ${name} demo: a photo and its caption reach another device`, async () => {
      app.run("vite", ["build", name, "--logLevel", "error"])
      const backend = await serve(join(app.path, name, "dist"))
      try {
        const here = await open(`${name}-here`, `${backend.url}/?board=${name}`)
        await here.pick([photo.path, second.path])
        await readyPictures(here.page, 2)
        const caption = here.page.getByLabel("Caption").first()
        await caption.fill("Harbour in the morning")
        await caption.press("Tab")
        await here.picture("Harbour in the morning").waitFor()

        const there = await open(`${name}-there`, `${backend.url}/?board=${name}`)
        await readyPictures(there.page, 2)
        await there.picture("Harbour in the morning").waitFor()
        assert.equal(await there.page.getByLabel("Caption").first().inputValue(), "Harbour in the morning")

        await there.page.getByRole("button", { name: "Remove" }).first().click()
        await readyPictures(here.page, 1)
        assert.equal(await here.picture("Harbour in the morning").count(), 0)

        await here.reload()
        await readyPictures(here.page, 1)
        assert.deepEqual([...here.problems, ...there.problems], [])
      } finally {
        await closeAll()
        await backend.stop()
      }
    })
  }
})
