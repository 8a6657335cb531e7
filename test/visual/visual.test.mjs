/**
 * Every element in every state, as people see it: phone and desktop, light and dark, forced colours, right to left,
 * large text. `npm run test:visual` compares with the pictures in `baselines/`; with `UPDATE_SCREENSHOTS=1` it makes
 * them anew, to be looked at before they are committed. What differs is written to `.cache/visual/`.
 */
import assert from "node:assert/strict"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { encodePng } from "./encode-png.mjs"
import { looks, startPages } from "./open-page.mjs"
import { compareSheets, photographSheet } from "./sheets.mjs"

const baselines = fileURLToPath(new URL("baselines/", import.meta.url))
const found = fileURLToPath(new URL("../../.cache/visual/", import.meta.url))
const environmentFile = join(baselines, "made-with.txt")
const isUpdate = process.env.UPDATE_SCREENSHOTS === "1"
const sheets = ["image", "upload", "status", "list", "viewer", "inspector"]

describe("the elements as people see them", { timeout: 1_800_000 }, () => {
  let pages
  let strangeness

  before(async () => {
    pages = await startPages()
    mkdirSync(baselines, { recursive: true })
    rmSync(found, { recursive: true, force: true })
    mkdirSync(found, { recursive: true })
    const { page, close } = await pages.open("phone-light")
    const environment = {
      browser: pages.version.split(".")[0],
      fonts: await page.evaluate(() => globalThis.measureFonts()),
    }
    await close()
    if (isUpdate) writeFileSync(environmentFile, `${JSON.stringify(environment)}\n`)
    const known = existsSync(environmentFile) ? JSON.parse(readFileSync(environmentFile, "utf8")) : undefined
    if (known === undefined) strangeness = "there are no baselines yet"
    else if (known.browser !== environment.browser)
      strangeness = `the baselines are Chromium ${known.browser}'s, this is ${environment.browser}`
    else if (JSON.stringify(known.fonts) !== JSON.stringify(environment.fonts))
      strangeness = "the fonts here are not those of the baselines"
  })
  after(() => pages?.stop())

  for (const look of Object.keys(looks)) {
    describe(look, () => {
      let opened
      const taken = new Map()
      before(async () => {
        opened = await pages.open(look)
      })
      after(() => opened?.close())

      it("shows every scene, with nothing wider than the page", async () => {
        const { page, problems } = opened
        for (const sheet of sheets) {
          const made = await photographSheet(page, sheet)
          taken.set(sheet, made)
          writeFileSync(join(found, `${look}-${sheet}.png`), encodePng(made.image))
          if (isUpdate) writeFileSync(join(baselines, `${look}-${sheet}.png`), encodePng(made.image))
          assert.equal(made.image.width, looks[look].viewport.width, sheet)
        }
        assert.deepEqual(problems, [])
      })

      for (const sheet of sheets) {
        it(`looks as before: ${sheet}`, (test) => {
          if (strangeness !== undefined) return test.skip(strangeness)
          const difference = compareSheets(
            taken.get(sheet),
            readFileSync(join(baselines, `${look}-${sheet}.png`)),
          )
          if (difference === undefined) return undefined
          const picture = join(found, `${look}-${sheet}-difference.png`)
          writeFileSync(picture, encodePng(difference.image))
          return assert.fail(`${difference.scenes.join("; ")} (see ${picture})`)
        })
      }
    })
  }
})
