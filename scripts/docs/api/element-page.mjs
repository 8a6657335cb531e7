/** The page of one element, from the custom elements manifest. */

const code = (text) => (text ? `\`${text.replaceAll("|", "\\|")}\`` : "")
const words = (text = "") => text.replaceAll("\n", " ").replaceAll("|", "\\|")

const table = (heading, columns, rows) =>
  rows.length === 0
    ? ""
    : [
        `## ${heading}`,
        [
          `| ${columns.join(" | ")} |`,
          `|${" --- |".repeat(columns.length)}`,
          ...rows.map((row) => `| ${row.join(" | ")} |`),
        ].join("\n"),
      ].join("\n\n")

/** A class of ours has a place on the page of the elements' entry. */
const eventClass = (name = "") =>
  /^Filesync\w+Event$/.test(name) ? `[${code(name)}](components.md#${name.toLowerCase()})` : code(name)

const signature = ({ name, parameters = [], return: result }) =>
  `${name}(${parameters.map((one) => `${one.name}: ${one.type?.text ?? "unknown"}`).join(", ")})` +
  (result?.type?.text ? `: ${result.type.text}` : "")

/** Markdown of one custom element declaration. */
export const elementPage = (element) => {
  const { tagName, name, summary, description = "" } = element
  const list = (kind) => element[kind] ?? []
  const fields = list("members").filter((one) => one.kind === "field" && one.attribute === undefined)
  const methods = list("members").filter((one) => one.kind === "method")
  const named = (kind) => list(kind).map((one) => [code(one.name), words(one.description)])
  return {
    path: `reference/element-${tagName}.md`,
    title: `<${tagName}>`,
    text: [
      `# \`<${tagName}>\``,
      summary,
      description,
      "In every state, to try and to copy: [the elements, live](../docs/elements.md).",
      [
        "```ts nocheck",
        `import "livestore-filesync/components/${tagName}" // registers it`,
        `import { ${name} } from "livestore-filesync/components/${tagName}/class" // registers nothing`,
        "```",
      ].join("\n"),
      table(
        "Attributes",
        ["attribute", "type", "default", "meaning"],
        list("attributes").map((one) => [
          code(one.name),
          code(one.type?.text),
          code(one.default),
          words(one.description),
        ]),
      ),
      table(
        "Properties without an attribute",
        ["property", "type", "meaning"],
        fields.map((one) => [
          code(one.name),
          code(one.type?.text),
          words(`${one.description ?? ""}${one.readonly ? " Read-only." : ""}`),
        ]),
      ),
      table(
        "Methods",
        ["method", "meaning"],
        methods.map((one) => [code(signature(one)), words(one.description)]),
      ),
      table(
        "Events",
        ["event", "class", "when"],
        list("events").map((one) => [code(one.name), eventClass(one.type?.text), words(one.description)]),
      ),
      table(
        "Slots",
        ["slot", "meaning"],
        list("slots").map((one) => [one.name === "" ? "(default)" : code(one.name), words(one.description)]),
      ),
      table("CSS parts", ["part", "meaning"], named("cssParts")),
      table(
        "CSS custom properties",
        ["property", "default", "meaning"],
        list("cssProperties").map((one) => [code(one.name), code(one.default), words(one.description)]),
      ),
      table(
        "States",
        ["state", "meaning"],
        list("cssStates").map((one) => [code(`:state(${one.name})`), words(one.description)]),
      ),
    ]
      .filter((part) => part !== "")
      .join("\n\n"),
  }
}
