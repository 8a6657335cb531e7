/** What tools know about the elements: `dist/custom-elements.json`, data for editors and types for frameworks. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { getWebTypesData } from "custom-element-jet-brains-integration"
import { getVsCodeCssCustomData, getVsCodeHtmlCustomData } from "custom-element-vs-code-integration"
import { projectRoot } from "../ensure-installed.mjs"
import { analyzeElements } from "./elements/analyze.mjs"
import { reactTypes, svelteTypes, vueTypes } from "./elements/framework-types.mjs"

const asJson = (value) =>
  `${JSON.stringify(typeof value === "string" ? JSON.parse(value) : value, undefined, 2)}\n`

const frameworkTypes = { vue: vueTypes, svelte: svelteTypes, react: reactTypes }

/** Writes them all. The types come with an empty module each, so that importing one at run time does no harm. */
export const buildElementData = () => {
  const manifest = analyzeElements()
  // CSS properties have data of their own.
  const options = { hideLogs: true, outdir: null, hideCssPropertiesDocs: true }
  const files = {
    "custom-elements.json": asJson(manifest),
    "vscode.html-custom-data.json": asJson(getVsCodeHtmlCustomData(manifest, options)),
    "vscode.css-custom-data.json": asJson(getVsCodeCssCustomData(manifest, options)),
    "web-types.json": asJson(getWebTypesData(manifest, { ...options, packageJson: false })),
  }
  for (const [name, typesOf] of Object.entries(frameworkTypes)) {
    files[`frameworks/${name}.js`] = "export {}\n"
    files[`frameworks/${name}.d.ts`] = typesOf(manifest)
  }
  mkdirSync(join(projectRoot, "dist/frameworks"), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(projectRoot, "dist", name), text)
}
