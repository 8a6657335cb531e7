/** Removes white space and comments from the elements' templates; no minifier of an app looks into template strings. */

const quoted = /("[^"]*"|'[^']*')/

const squeezeCss = (text) =>
  text
    .replaceAll(/\/\*[^]*?\*\//g, "")
    .split(quoted)
    .map((part) =>
      quoted.test(part)
        ? part
        : part
            .replaceAll(/\s+/g, " ")
            .replaceAll(/ ?([{};,>]) ?/g, "$1")
            .replaceAll(": ", ":")
            .replaceAll(";}", "}"),
    )
    .join("")

/** White space may separate words, so one character of each run stays. */
const squeezeMarkup = (text) => text.replaceAll(/\s+/g, " ")

const squeezers = { css: squeezeCss, html: squeezeMarkup, svg: squeezeMarkup }

const countLines = (text) => text.split("\n").length

/** The texts of templates in a program: where they are, whose they are and whether the template ends there. */
const templateTexts = (node) => {
  if (node === null || typeof node !== "object") return []
  if (Array.isArray(node)) return node.flatMap(templateTexts)
  const inside = Object.values(node).flatMap(templateTexts)
  if (node.type !== "TaggedTemplateExpression" || !(node.tag.name in squeezers)) return inside
  const texts = node.quasi.quasis.map(({ start, end, tail }) => ({ start, end, tail, tag: node.tag.name }))
  return [...inside, ...texts]
}

/** The code with its templates minified. Newlines taken out come behind, between tokens, so that lines keep their numbers. */
export const minifyTemplates = (code, program) => {
  let minified = code
  const lastFirst = templateTexts(program).toSorted((one, other) => other.start - one.start)
  for (const { start, end, tail, tag } of lastFirst) {
    const before = minified.slice(start, end)
    const after = squeezers[tag](before)
    const closing = tail ? "`" : "${"
    const newlines = "\n".repeat(countLines(before) - countLines(after))
    minified = minified.slice(0, start) + after + closing + newlines + minified.slice(end + closing.length)
  }
  return minified
}

/** For rollup, after TypeScript. Lines stay where they are, so source maps stay true but for columns. */
export const minifyTemplatesPlugin = () => ({
  name: "minify-templates",
  transform(code, id) {
    if (!/[\\/]components[\\/].*\.ts$/.test(id)) return undefined
    return { code: minifyTemplates(code, this.parse(code)), map: null }
  },
})
