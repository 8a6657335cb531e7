/** Subresource Integrity of the files that a page loads from somewhere else. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** `sha384-…` of every script and wasm in a folder, by name. */
export const integrityOf = (folder) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => /\.(?:js|wasm)$/.test(name))
      .toSorted()
      .map((name) => [
        name,
        `sha384-${createHash("sha384")
          .update(readFileSync(join(folder, name)))
          .digest("base64")}`,
      ]),
  )

/** Programs of their own, which no import of the page leads to. */
const isWorker = (name) => /^(?:livestore-worker|shared-worker|filesync-sw)/.test(name)

/**
 * What to paste into a page: an import map, by which browsers that know `integrity` in it check every module, and script
 * tags, which check the first. Workers and wasm are not covered by either.
 */
export const scriptTags = (integrity, base) => {
  const modules = Object.entries(integrity).filter(([name]) => name.endsWith(".js") && !isWorker(name))
  const map = { integrity: Object.fromEntries(modules.map(([name, hash]) => [base + name, hash])) }
  const tag = (name) =>
    `<script type="module" crossorigin="anonymous" integrity="${integrity[name]}" src="${base}${name}"></script>`
  return `<script type="importmap">${JSON.stringify(map)}</script>
${tag("filesync.js")}
${tag("filesync-inspector.js")}`
}
