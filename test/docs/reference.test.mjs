import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { apiPages, sourceEntries } from "../../scripts/docs/api/api-pages.mjs"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { docstringOf, exportsOf } from "../../scripts/docs/api/exports.mjs"

const entries = sourceEntries()
const pages = new Map(apiPages().map(({ path, text }) => [path, text]))

describe("the reference", () => {
  for (const { name, source } of entries) {
    it(`of ${name} finds a docstring on every export`, () => {
      const all = [...exportsOf(source).values()]
      assert.ok(all.length > 0, "there are no exports")
      assert.deepEqual(
        all.filter((one) => docstringOf(one) === "").map((one) => one.name),
        [],
      )
    })
  }

  it("lists every export of every entry that an element's page does not stand for", () => {
    const missing = []
    for (const { entry, slug, source } of entries) {
      const tag = /^\.\/components\/(filesync-[\w-]+)/.exec(entry)?.[1]
      const text = pages.get(tag === undefined ? `reference/${slug}.md` : `reference/element-${tag}.md`) ?? ""
      for (const name of exportsOf(source).keys()) {
        const isElement = tag !== undefined || /^Filesync[A-Z][a-z]+$/.test(name)
        const isThere = isElement ? text !== "" : text.includes(`### ${name}\n`)
        if (!isThere) missing.push(`${entry} ${name}`)
      }
    }
    assert.deepEqual(missing, [])
  })

  it("names every entry of the package, and says what each is", () => {
    const { exports } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"))
    const index = pages.get("reference/index.md")
    const silent = Object.keys(exports)
      .filter((entry) => !/^\.\/components\/./.test(entry))
      .filter((entry) => {
        const name = entry === "." ? "livestore-filesync" : `livestore-filesync/${entry.slice(2)}`
        return !index.split("\n").some((line) => line.includes(`\`${name}\``) && !line.endsWith("|  |"))
      })
    assert.deepEqual(silent, [])
  })

  it("shows signatures, and not what functions do", () => {
    const main = pages.get("reference/main.md")
    assert.match(main, /function createFileSync\(options: CreateFileSyncOptions\): FileSyncHandle\n/)
    assert.match(main, /readonly saveFile: \(/)
    assert.doesNotMatch(main, /ManagedRuntime\.make\(/)
  })
})
