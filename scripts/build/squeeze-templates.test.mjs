import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { parseAst } from "rollup/parseAst"
import { squeezeTemplates } from "./squeeze-templates.mjs"

const squeeze = (code) => squeezeTemplates(code, parseAst(code))

describe("squeezed templates", () => {
  it("of styles have no white space that means nothing, and no comments", () => {
    const code =
      "css`\n  :host(:hover) .a > b,\n  a {\n    /* why */\n    color: red;\n    width: calc(1px + 2px);\n  }\n`"
    assert.equal(squeeze(code).trimEnd(), "css` :host(:hover) .a>b,a{color:red;width:calc(1px + 2px)}`")
  })

  it("of styles keep what is quoted", () => {
    assert.equal(squeeze('css`a { content: " ;  > "; }`'), 'css`a{content:" ;  > "}`')
  })

  it("of markup keep one white space where there was any", () => {
    assert.equal(
      squeeze("html`<b>one</b>\n   <i>two  three</i>`").trimEnd(),
      "html`<b>one</b> <i>two three</i>`",
    )
  })

  it("keep the code between them, templates in templates, and everything else", () => {
    const code =
      "const a = html`<p>  ${list.map((x) => html`<i>  ${x}  </i>`)}\n</p>`\nconst b = `  as it  is `"
    const squeezed =
      "const a = html`<p> ${list.map((x) => html`<i> ${x} </i>`)} </p>`\n\nconst b = `  as it  is `"
    assert.equal(squeeze(code), squeezed)
  })

  it("keep the line of everything behind them", () => {
    const code = "const a = html`\n\n  <p>\n${b}\n</p>`;\nthrow new Error()"
    const lineOf = (text) => text.split("\n").indexOf("throw new Error()")
    assert.equal(lineOf(squeeze(code)), lineOf(code))
  })
})
