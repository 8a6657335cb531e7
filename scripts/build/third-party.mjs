/** `THIRD-PARTY.md`: which packages of others are inside what we publish, and under which licences. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { projectRoot } from "../ensure-installed.mjs"
import { localBackendInputs } from "./local-backend.mjs"
import { bundleTextWorker, textWorkers } from "./text-workers.mjs"

/** Licences that ask for no more than to be named and kept; another one is a decision for people. */
const accepted = new Set(["MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"])

/** What a package's own `package.json` does not say; each was read in the named file. */
const known = {
  // Its LICENSE is the MIT licence.
  "@livestore/wa-sqlite": { license: "MIT" },
  // The head of `qrcode.js`; it has no LICENSE file.
  "qrcode-generator": { copyright: "Copyright (c) 2009 Kazuhiko Arase" },
}

const mit = (copyright) => `${copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/** The folder of the package a module is from, below the project; the last one, for packages may hold others. */
const packageOf = (path) =>
  /node_modules\/(?:.*node_modules\/)?(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path.replaceAll("\\", "/"))?.[0]

/** Every module that left something in a file that has a source map. */
const mappedModules = () =>
  readdirSync(join(projectRoot, "dist"), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".map"))
    .flatMap((name) => JSON.parse(readFileSync(join(projectRoot, "dist", name), "utf8")).sources)

const textWorkerModules = async () => {
  const workers = await Promise.all(Object.keys(textWorkers).map(bundleTextWorker))
  return workers.flatMap(({ inputs }) => inputs)
}

const describe = (folder, places) => {
  const path = join(projectRoot, folder)
  const manifest = JSON.parse(readFileSync(join(path, "package.json"), "utf8"))
  const file = readdirSync(path).find((name) => /^(?:licen[cs]e|copying)(?:\.\w+)?$/i.test(name))
  const { license = manifest.license, copyright } = known[manifest.name] ?? {}
  const text =
    file === undefined ? copyright && mit(copyright) : readFileSync(join(path, file), "utf8").trim()
  const notice = join(path, "NOTICE")
  return {
    name: manifest.name,
    version: manifest.version,
    license,
    text: text?.replaceAll("\r\n", "\n"),
    notice: existsSync(notice) ? readFileSync(notice, "utf8").trim() : undefined,
    places: [...places].toSorted(),
  }
}

/** The packages inside what is built, by name: `{ name, version, license, text, notice, places }`. Needs a build. */
export const bundledPackages = async () => {
  const found = new Map()
  const add = (place, modules) => {
    for (const folder of new Set(modules.map(packageOf))) {
      if (folder === undefined) continue
      found.set(folder, (found.get(folder) ?? new Set()).add(place))
    }
  }
  add("dist", mappedModules())
  add("dist", await textWorkerModules())
  add("dist/dev", await localBackendInputs())
  return [...found]
    .map(([folder, places]) => describe(folder, places))
    .toSorted((one, other) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1))
}

/** What is wrong with a list of packages, in sentences; none when all may be bundled. */
export const licenceProblems = (packages) =>
  packages.flatMap(({ name, version, license, text }) => [
    ...(accepted.has(license)
      ? []
      : [`${name}@${version} is under ${license}, which is not an accepted licence.`]),
    ...(text ? [] : [`${name}@${version} has no licence text.`]),
  ])

/** The file's text: a table, then each licence text once. */
export const thirdPartyText = (packages) => {
  const texts = new Map()
  for (const one of packages) texts.set(one.text, [...(texts.get(one.text) ?? []), one])
  const rows = packages.map(
    ({ name, version, license, places }) => `| ${name} | ${version} | ${license} | ${places.join(", ")} |`,
  )
  const sections = [...texts].map(
    ([text, owners]) =>
      `## ${owners.map(({ name }) => name).join(", ")}\n\n\`\`\`text\n${text}\n\`\`\`\n${owners
        .filter(({ notice }) => notice !== undefined)
        .map(({ name, notice }) => `\nNotice of ${name}:\n\n\`\`\`text\n${notice}\n\`\`\`\n`)
        .join("")}`,
  )
  return `# Software of others in this package

Generated by \`npm run licences\` from what the build put into \`dist/\`. Packages that an app installs itself (Lit, Effect,
LiveStore for apps with a bundler) are listed because the script-tag build has them inside. \`wa-sqlite.wasm\` holds SQLite,
which is in the public domain.

| package | version | licence | inside |
| --- | --- | --- | --- |
${rows.join("\n")}

${sections.join("\n")}`
}
