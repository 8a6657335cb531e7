/**
 * Element types for template languages, from the manifest: Vue, Svelte 5 and React 19. Written here because the
 * existing generators type every event as a `CustomEvent` and let a page write read-only attributes.
 */
import { elementsOf } from "./analyze.mjs"

const domEvents = new Set(["Event"])

const importOf = (names, path) =>
  `import type {\n${names
    .toSorted()
    .map((name) => `  ${name},\n`)
    .join("")}} from "../types/components/${path}.js"\n`

/** Each element from its own module, for not every one is among those that register together. */
const header = (manifest) => {
  const elements = elementsOf(manifest)
  const types = elements.flatMap(({ events }) => events.map(({ type }) => type.text))
  const events = [...new Set(types.filter((name) => !domEvents.has(name)))]
  return `// Generated from the elements' docstrings.\n${importOf(events, "index")}${elements
    .map(({ name, tagName }) => importOf([name], `${tagName}/${tagName}`))
    .join("")}`
}

const comment = (indent, text) => `${indent}/** ${text.replaceAll("\n", " ").replaceAll("*/", "*\\/")} */\n`

const settable = ({ members }) =>
  members.filter(({ kind, readonly }) => kind === "field" && readonly !== true).map(({ name }) => name)

/** Attributes that a page may write; those the element writes are left out. */
const writable = ({ attributes, members }) => {
  const readOnly = new Set(members.filter(({ readonly }) => readonly === true).map(({ name }) => name))
  return attributes.filter(({ fieldName }) => !readOnly.has(fieldName))
}

const quoted = (names) => (names.length === 0 ? "never" : names.map((name) => `"${name}"`).join(" | "))

/** For Vue: `<filesync-upload @filesync-saved>` with types, in templates that `vue-tsc` or the editor checks. */
export const vueTypes = (
  manifest,
) => `${header(manifest)}import type { EmitFn, HTMLAttributes, PublicProps } from "vue"

type ElementFor<Element extends HTMLElement, Events, Settable extends keyof Element> = new () => Element & {
  $props: Omit<HTMLAttributes, Extract<Settable, keyof HTMLAttributes>> &
    Partial<Pick<Element, Settable>> &
    PublicProps
  $emit: EmitFn<{ [Name in keyof Events]: (event: Events[Name]) => void }>
}

declare module "vue" {
  interface GlobalComponents {
${elementsOf(manifest)
  .map(
    (element) => `${comment("    ", element.summary)}    "${element.tagName}": ElementFor<
      ${element.name},
      {
${element.events.map(({ name, type }) => `        "${name}": ${type.text}\n`).join("")}      },
      ${quoted(settable(element))}
    >
`,
  )
  .join("")}  }
}
`

const attributesIn = (element, eventType) =>
  [
    ...writable(element).map(
      ({ name, fieldName, description }) =>
        `${comment("      ", description)}      "${name}"?: ${element.name}["${fieldName}"] | undefined\n`,
    ),
    ...settable(element)
      .filter((name) => !element.attributes.some((attribute) => attribute.name === name))
      .map((name) => `      ${name}?: ${element.name}["${name}"] | undefined\n`),
    ...element.events.map(
      ({ name, type, description }) =>
        `${comment("      ", description)}      "on${name}"?: (${eventType(element, type.text)}) | undefined\n`,
    ),
  ].join("")

const taken = (element) =>
  quoted([
    ...new Set([
      ...writable(element).map(({ name }) => name),
      ...settable(element),
      ...element.events.map(({ name }) => `on${name}`),
    ]),
  ])

/** For Svelte 5: `<filesync-upload onfilesync-saved={…}>` with types, for `svelte-check` and the editor. */
export const svelteTypes = (
  manifest,
) => `${header(manifest)}import type { HTMLAttributes } from "svelte/elements"

declare module "svelte/elements" {
  interface SvelteHTMLElements {
${elementsOf(manifest)
  .map(
    (element) => `${comment("    ", element.summary)}    "${element.tagName}": Omit<
      HTMLAttributes<${element.name}>,
      ${taken(element)}
    > & {
${attributesIn(element, ({ name }, event) => `(event: ${event} & { currentTarget: EventTarget & ${name} }) => void`)}    }
`,
  )
  .join("")}  }
}
`

/** For React 19: properties, attributes and \`onfilesync-…\` handlers of the tags in JSX. */
export const reactTypes = (manifest) => `${header(manifest)}import type { HTMLAttributes, Ref } from "react"

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
${elementsOf(manifest)
  .map(
    (element) => `${comment("      ", element.summary)}      "${element.tagName}": Omit<
        HTMLAttributes<${element.name}>,
        ${taken(element)}
      > & {
        ref?: Ref<${element.name}> | undefined
        class?: string | undefined
${attributesIn(element, (_, event) => `(event: ${event}) => void`)
  .replace(/^/gm, "  ")
  .trimEnd()}
      }
`,
  )
  .join("")}    }
  }
}
`
