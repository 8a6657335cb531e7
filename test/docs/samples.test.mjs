import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { before, describe, it } from "node:test"
import { transform } from "esbuild"
import { parseFragment } from "parse5"
import { sourceEntries } from "../../scripts/docs/api/api-pages.mjs"
import { exportsOf } from "../../scripts/docs/api/exports.mjs"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { markupOf, samples, samplesFolder, writeSamples } from "./samples.mjs"

const declarations = JSON.parse(
  readFileSync(join(projectRoot, "dist/custom-elements.json"), "utf8"),
).modules.flatMap((module) => module.declarations)
const entries = sourceEntries()
const elements = new Map(declarations.map((one) => [one.tagName, one]))

/** What any element may have, and what frameworks write for an attribute of that name. */
const isCommon = (name) =>
  /^(?:id|class|style|slot|hidden|lang|title|aria-[a-z-]+|data-[a-z-]+|:?key|v-[a-z-]+|ref)$/.test(name)
const bareName = (name) => name.replace(/^(?::|v-bind:)/, "")

const tagsIn = (markup) => {
  const found = []
  const visit = (node) => {
    if (node.tagName?.startsWith("filesync-")) found.push(node)
    for (const child of node.childNodes ?? []) visit(child)
    if (node.content) visit(node.content)
  }
  // Vue closes elements by themselves; HTML does not.
  visit(parseFragment(markup.replace(/<(filesync-[\w-]+)([^>]*?)\/>/g, "<$1$2></$1>")))
  return found
}

const wrongAttributes = ({ tagName, attrs }) => {
  const { attributes, events } = elements.get(tagName)
  const isEvent = (name) => /^(?:@|on)(.+)$/.exec(name)?.[1]
  return attrs
    .map(({ name }) => name)
    .filter((name) => {
      const event = isEvent(name)
      if (event !== undefined) return !events.some((one) => one.name === event)
      const attribute = bareName(name)
      return !isCommon(name) && !attributes.some((one) => one.name === attribute)
    })
}

const compile = (project) => {
  const path = join(samplesFolder, project)
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(projectRoot, "node_modules/typescript7/bin/tsc"), "-p", path],
    { cwd: projectRoot, encoding: "utf8" },
  )
  assert.equal(status, 0, stdout)
}

describe("the documentation's samples", () => {
  before(() => {
    assert.ok(writeSamples() > 30, "there are too few samples: have they been found?")
  })

  it("compile against the built package", () => compile("tsconfig.json"))

  it("compile as service workers where they are", () => compile("tsconfig.worker.json"))

  it("use only tags, attributes and events that the elements have", () => {
    const wrong = []
    let count = 0
    for (const sample of samples()) {
      if (!["html", "vue", "svelte"].includes(sample.language)) continue
      for (const tag of tagsIn(markupOf(sample))) {
        count++
        if (!elements.has(tag.tagName)) wrong.push(`${sample.page}:${sample.line} <${tag.tagName}>`)
        else
          for (const name of wrongAttributes(tag))
            wrong.push(`${sample.page}:${sample.line} <${tag.tagName} ${name}>`)
      }
    }
    assert.deepEqual(wrong, [])
    assert.ok(count > 10, "no tags were found")
  })

  it("name no attribute of the script tag that it does not read", () => {
    const source = readFileSync(join(projectRoot, "src/drop-in/script-options.ts"), "utf8")
    const read = /const \{ ([\w, ]+) \} = tag\?\.dataset/.exec(source)?.[1]?.split(", ")
    assert.ok(read?.includes("storeId"), "the attributes cannot be found in the source any more")
    const attribute = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const known = new Set(read.map(attribute))
    const used = samples()
      .filter(({ language }) => language === "html")
      .flatMap(({ text }) => [...text.matchAll(/<script[^>]*filesync\.js[^>]*>/g)])
      .flatMap(([tag]) => tag.match(/data-[\w-]+/g) ?? [])
    assert.ok(used.length > 5)
    assert.deepEqual(
      used.filter((name) => !known.has(name)),
      [],
    )
  })

  it("in JavaScript can be read, and import only what the package has", async () => {
    for (const { page, line, text } of samples().filter(({ language }) => language === "js")) {
      const where = `${page}:${line}`
      await transform(text, { loader: "js" }).catch(({ message }) => assert.fail(`${where}: ${message}`))
      for (const [, names, entry] of text.matchAll(/import \{([^}]*)\} from "(livestore-filesync[^"]*)"/g)) {
        const source = entries.find(({ name }) => name === entry)?.source
        assert.ok(source, `${where}: there is no ${entry}`)
        for (const name of names.split(",").map((one) => one.trim())) {
          assert.ok(name === "" || exportsOf(source).has(name), `${where}: ${entry} has no ${name}`)
        }
      }
    }
  })

  it("are left unchecked nowhere", () => {
    const languages = new Set([
      "ts",
      "tsx",
      "html",
      "vue",
      "svelte",
      "js",
      "sh",
      "json",
      "text",
      "xml",
      "toml",
      "css",
      "",
    ])
    for (const { page, line, language, words } of samples()) {
      assert.ok(!words.includes("nocheck"), `${page}:${line} says nocheck`)
      assert.ok(languages.has(language), `${page}:${line} is in ${language}, which nothing checks`)
    }
  })
})
