import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))
const built = (name) => JSON.parse(readFileSync(join(root, "dist", name), "utf8"))
const manifest = built("custom-elements.json")

const words = (text) => text.split(/\s+/).filter((word) => word !== "")
const transferStates = words("none queued-upload uploading queued-download downloading done error")

/** The elements as they are promised; a manifest may know more, never less. */
const promised = {
  "filesync-image": {
    className: "FilesyncImage",
    attributes: words("file-id alt loading fit width height badge viewer state transfer progress"),
    readOnly: words("state transfer progress"),
    states: words("empty loading ready missing error"),
    otherStates: ["stale"],
    values: { transfer: transferStates },
    events: words("filesync-load filesync-error"),
    slots: words("placeholder missing error"),
    parts: words("image progress"),
  },
  "filesync-upload": {
    className: "FilesyncUpload",
    attributes: words(
      "accept multiple max-size directory capture name required disabled drop-target compact state",
    ),
    readOnly: words("state"),
    states: words("idle dragover busy invalid"),
    values: {},
    events: words("filesync-before-save filesync-saved filesync-rejected filesync-error"),
    slots: ["", "hint"],
    parts: words("dropzone button list item progress"),
  },
  "filesync-status": {
    className: "FilesyncStatus",
    attributes: words("detail state uploading downloading queued failed only-here progress"),
    readOnly: words("state uploading downloading queued failed only-here progress"),
    states: words("idle syncing offline paused error unsupported"),
    values: {},
    events: [],
    slots: [""],
    parts: words("label progress actions"),
  },
  "filesync-list": {
    className: "FilesyncList",
    attributes: words("type order limit page-size editable viewer state count"),
    readOnly: words("state count"),
    states: words("loading empty filled"),
    values: { order: words("newest oldest name changed taken") },
    events: words("filesync-change filesync-before-delete filesync-error"),
    slots: ["", "empty"],
    parts: words("list item"),
  },
  "filesync-viewer": {
    className: "FilesyncViewer",
    attributes: words("file-id state"),
    readOnly: words("state"),
    states: words("closed loading ready missing error"),
    values: {},
    events: words("filesync-show filesync-close filesync-error"),
    slots: [],
    parts: words("dialog bar action previous next stage picture player text versions"),
  },
  "filesync-inspector": {
    className: "FilesyncInspector",
    attributes: words("tab state"),
    readOnly: words("state"),
    states: words("idle syncing offline paused error unsupported"),
    values: { tab: words("files transfers events storage report") },
    events: [],
    slots: [""],
    parts: words("tabs tab panel list item facts search action progress check-result report"),
  },
}

const declarations = manifest.modules.flatMap((module) => module.declarations)
const named = (list) => list.map(({ name }) => name)
const includesAll = (there, wanted, what) =>
  assert.deepEqual(
    wanted.filter((name) => !there.includes(name)),
    [],
    `${what} are missing`,
  )
const valuesOf = ({ type }) => [...type.text.matchAll(/'([^']*)'/g)].map((match) => match[1])

describe("custom-elements.json", () => {
  it("has the elements of the package, each once", () => {
    assert.deepEqual(declarations.map(({ tagName }) => tagName).toSorted(), Object.keys(promised).toSorted())
  })

  for (const [tagName, wanted] of Object.entries(promised)) {
    const found = declarations.find((one) => one.tagName === tagName)

    it(`lists all that ${tagName} has`, () => {
      assert.equal(found.name, wanted.className)
      assert.ok(found.customElement)
      includesAll(named(found.attributes), wanted.attributes, "attributes")
      includesAll(named(found.events), wanted.events, "events")
      includesAll(named(found.slots), wanted.slots, "slots")
      includesAll(named(found.cssParts), wanted.parts, "parts")
      assert.deepEqual(
        named(found.cssStates).toSorted(),
        [...wanted.states, ...(wanted.otherStates ?? [])].toSorted(),
      )
    })

    it(`gives ${tagName}'s attributes their values and says which are read-only`, () => {
      const attribute = (name) => found.attributes.find((one) => one.name === name)
      for (const [name, values] of Object.entries({ ...wanted.values, state: wanted.states })) {
        assert.deepEqual(valuesOf(attribute(name)).toSorted(), values.toSorted(), name)
      }
      const readOnly = found.members.filter((one) => one.readonly && one.attribute !== undefined)
      assert.deepEqual(readOnly.map((one) => one.attribute).toSorted(), wanted.readOnly.toSorted())
    })

    it(`explains everything about ${tagName} in words`, () => {
      const explained = ["attributes", "events", "slots", "cssParts", "cssProperties", "cssStates"]
      const silent = explained.flatMap((kind) => found[kind].filter(({ description }) => !description))
      assert.deepEqual(named(silent), [])
      assert.ok(found.summary)
    })

    it(`names every custom property and part that ${tagName}'s own source has`, () => {
      const folder = join(root, "components", tagName)
      const sources = readdirSync(folder).filter((name) => !name.includes(".test."))
      const text = sources.map((name) => readFileSync(join(folder, name), "utf8")).join("\n")
      // `--_tint` is the theme's own name for what a page sets as `--filesync-tint`.
      const themed = [
        ...readFileSync(join(root, "components/theme.styles.ts"), "utf8").matchAll(/--_([\w-]+):/g),
      ]
      const used = themed.map(([, name]) => name).filter((name) => text.includes(`var(--_${name})`))
      const own = [...text.matchAll(/var\((--filesync-[\w-]+)/g)].map(([, name]) => name)
      includesAll(
        named(found.cssProperties),
        [...own, ...used.map((name) => `--filesync-${name}`)],
        "properties",
      )
      const parts = [...text.matchAll(/\spart="([a-z -]+)"/g)].flatMap(([, names]) => words(names))
      includesAll(named(found.cssParts), parts, "parts")
    })

    it(`says which module registers ${tagName}, and keeps what is private to itself`, () => {
      const definition = manifest.modules
        .flatMap(({ path, exports }) => exports.map((one) => ({ path, ...one })))
        .filter(({ kind, name }) => kind === "custom-element-definition" && name === tagName)
      assert.deepEqual(
        definition.map(({ path }) => path),
        [`dist/components/${tagName}.js`],
      )
      assert.deepEqual(
        named(found.members).filter((name) => /^#|^_/.test(name)),
        [],
      )
    })
  }

  it("knows only modules that are in the package", () => {
    for (const { path } of manifest.modules) readFileSync(join(root, path))
  })
})

describe("data for editors", () => {
  it("knows every element and its attributes, in VS Code and in JetBrains", () => {
    const tags = built("vscode.html-custom-data.json").tags
    const webTypes = built("web-types.json").contributions.html.elements
    for (const [tagName, { attributes }] of Object.entries(promised)) {
      for (const elements of [tags, webTypes]) {
        const found = elements.find(({ name }) => name === tagName)
        includesAll(named(found.attributes), attributes, `attributes of ${tagName}`)
      }
    }
  })

  it("knows the custom properties", () => {
    const properties = named(built("vscode.css-custom-data.json").properties)
    for (const { cssProperties } of declarations) includesAll(properties, named(cssProperties), "properties")
  })
})
