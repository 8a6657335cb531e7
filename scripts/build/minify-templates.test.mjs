import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { parseAst } from "rollup/parseAst"
import { minifyTemplates } from "./minify-templates.mjs"

const minify = (code) => minifyTemplates(code, parseAst(code))

describe("minified templates", () => {
  it("of styles have no white space that means nothing, and no comments", () => {
    const code =
      "css`\n  :host(:hover) .a > b,\n  a {\n    /* why */\n    color: red;\n    width: calc(1px + 2px);\n  }\n`"
    assert.equal(minify(code).trimEnd(), "css` :host(:hover) .a>b,a{color:red;width:calc(1px + 2px)}`")
  })

  it("of styles keep what is quoted", () => {
    assert.equal(minify('css`a { content: " ;  > "; }`'), 'css`a{content:" ;  > "}`')
  })

  it("of markup keep one white space where there was any", () => {
    assert.equal(
      minify("html`<b>one</b>\n   <i>two  three</i>`").trimEnd(),
      "html`<b>one</b> <i>two three</i>`",
    )
  })

  it("keep the code between them, templates in templates, and everything else", () => {
    const code =
      "const a = html`<p>  ${list.map((x) => html`<i>  ${x}  </i>`)}\n</p>`\nconst b = `  as it  is `"
    const minified =
      "const a = html`<p> ${list.map((x) => html`<i> ${x} </i>`)} </p>`\n\nconst b = `  as it  is `"
    assert.equal(minify(code), minified)
  })

  it("keep the line number of everything behind them", () => {
    const code = "const a = html`\n\n  <p>\n${b}\n</p>`;\nthrow new Error()"
    const lineOf = (text) => text.split("\n").indexOf("throw new Error()")
    assert.equal(lineOf(minify(code)), lineOf(code))
  })
})
