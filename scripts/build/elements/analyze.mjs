/** Reads the elements' classes and their docstrings into a custom elements manifest. */
import { create, ts } from "@custom-elements-manifest/analyzer"
import { litPlugin } from "@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../../ensure-installed.mjs"
import { outPropertiesIn, registrationsIn, typeReader } from "./source-facts.mjs"

/** Members that the browser calls, and no user code should. */
const isCallback = (name) => /^(?:form\w+Callback|(?:dis)?connectedCallback|role|formAssociated)$/.test(name)

const sourcePaths = () =>
  readdirSync(join(projectRoot, "components"), { recursive: true })
    .map((name) => `components/${String(name).replaceAll("\\", "/")}`)
    .filter((path) => path.endsWith(".ts") && !/\.test\.ts$|\/test-support\//.test(path))
    .toSorted()

/** In a docstring the sentence of a read-only property follows its tag, which the analyzer takes for the tag's. */
const movedBehindReadonly = (text) =>
  text.replace(/\/\*\* @readonly (.*?) \*\//g, "/**\n * $1\n * @readonly\n */")

const parse = (path) =>
  ts.createSourceFile(
    path,
    movedBehindReadonly(readFileSync(join(projectRoot, path), "utf8")),
    ts.ScriptTarget.ES2022,
    true,
  )

const firstParagraph = (text) => {
  const [first = "", ...rest] = text.split(/\n\s*\n/)
  return { summary: first.replaceAll("\n", " "), description: rest.join("\n\n") }
}

const isPublic = ({ name, privacy, static: isStatic }) =>
  privacy === undefined && isStatic !== true && !name.startsWith("#") && !isCallback(name)

/** Where a member was inherited from is of no concern to a user of the element. */
const withoutOrigin = (member) => ({ ...member, inheritedFrom: undefined })

/** Only what a user of the element can see, with types spelled out. */
const describe = (declaration, { tagName, outs, typeOf }) => {
  const className = declaration.name
  const members = declaration.members.filter(isPublic).map((member) => {
    const out = outs.get(member.name)
    return {
      ...withoutOrigin(member),
      ...(member.kind === "field" ? { type: { text: typeOf(className, member.name) } } : {}),
      ...(out === undefined
        ? {}
        : { attribute: out.attribute, reflects: true, readonly: true, default: out.initial }),
    }
  })
  const member = (name) => members.find((one) => one.name === name)
  const fromOuts = [...outs].map(([name, { attribute, initial }]) => ({
    name: attribute,
    type: { text: member(name)?.type.text },
    default: initial,
    description: `${member(name)?.description ?? ""} Read-only: the element writes it.`,
    fieldName: name,
  }))
  const attributes = [
    ...(declaration.attributes ?? []).map((attribute) => ({
      ...withoutOrigin(attribute),
      type: { text: member(attribute.fieldName)?.type.text ?? attribute.type?.text },
    })),
    ...fromOuts,
  ]
  return {
    kind: "class",
    customElement: true,
    name: className,
    tagName,
    ...firstParagraph(declaration.summary ?? declaration.description),
    attributes,
    members,
    // Others are the analyzer's guesses from `dispatchEvent`.
    events: (declaration.events ?? []).filter(
      ({ name }) => name === "change" || name?.startsWith("filesync-"),
    ),
    slots: declaration.slots ?? [],
    cssParts: declaration.cssParts ?? [],
    cssProperties: declaration.cssProperties ?? [],
    cssStates: declaration.cssStates ?? [],
    superclass: { name: "LitElement", package: "lit" },
  }
}

/** The manifest of every registered element; its modules are the package's built files. */
export const analyzeElements = () => {
  const sources = sourcePaths().map(parse)
  const raw = create({ modules: sources, plugins: litPlugin(), context: { dev: false } })
  const classes = new Map(
    raw.modules.flatMap(({ declarations }) => declarations).map((found) => [found.name, found]),
  )
  const typeOf = typeReader(sourcePaths())
  const modules = sources
    .flatMap((source) => registrationsIn(ts, source))
    .filter(({ path, tagName }) => path === `components/${tagName}/define.ts`)
    .flatMap(({ tagName, className }) => {
      const source = sources.find(({ fileName }) => fileName.endsWith(`/${tagName}.ts`))
      const outs = outPropertiesIn(ts, source, className)
      const classPath = `dist/components/${tagName}/class.js`
      const reference = { name: className, module: classPath }
      const exported = { kind: "js", name: className, declaration: reference }
      return [
        {
          kind: "javascript-module",
          path: classPath,
          declarations: [describe(classes.get(className), { tagName, outs, typeOf })],
          exports: [exported],
        },
        {
          kind: "javascript-module",
          path: `dist/components/${tagName}.js`,
          declarations: [],
          exports: [exported, { kind: "custom-element-definition", name: tagName, declaration: reference }],
        },
      ]
    })
  return { schemaVersion: "2.1.0", readme: "", modules }
}

/** The elements' declarations, in order. */
export const elementsOf = (manifest) => manifest.modules.flatMap(({ declarations }) => declarations)
