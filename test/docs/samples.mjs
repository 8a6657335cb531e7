/** Writes the samples of the documentation to files, so that tools can check and run them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { parse as parseSvelte } from "svelte/compiler"
import { compileScript, parse as parseVue } from "vue/compiler-sfc"
import { fencesIn } from "../../scripts/docs/markdown.mjs"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { filesWithSamples } from "./markdown-files.mjs"

/** Inside the package, so that its own name resolves as it does for an app that installed it. */
export const samplesFolder = join(projectRoot, ".cache/docs-samples")

const here = fileURLToPath(new URL(".", import.meta.url))

/** Every sample: `{ page, language, name, text, line, words }`; `name` is the file it says it is, if any. */
export const samples = () =>
  filesWithSamples().flatMap(({ path: page, text }) =>
    fencesIn(text).map((fence) => ({
      ...fence,
      page,
      name: fence.words.find((word) => /[./]/.test(word)),
    })),
  )

const isTypeScript = ({ language }) => language === "ts" || language === "tsx"

const folderOf = (page) => join(samplesFolder, page.replace(/\.md$/, "").replaceAll("/", "-"))

/** Pages whose samples go on with the files of another page. */
const continues = new Map([
  ["docs/guides/vue.md", "docs/guides/own-schema.md"],
  ["docs/guides/svelte.md", "docs/guides/own-schema.md"],
  ["docs/guides/react.md", "docs/guides/own-schema.md"],
])

/** Samples of one page that are not files import each other's neighbours as if they lay in `src`. */
const pathOf = ({ page, name, line, language }) =>
  join(folderOf(page), name ?? `src/line-${line}.${language}`)

/** The README's schema is what its other samples import. */
const nameInReadme = (sample) =>
  sample.page === "README.md" && sample.text.includes("extendSchema({") ? "src/schema.ts" : sample.name

/** A single-file component as the module its script is. */
const scriptOf = {
  vue: ({ text, name }) => {
    const { descriptor, errors } = parseVue(text, { filename: name })
    if (errors.length > 0) throw errors[0]
    // With the template inlined the compiler also checks that everything it names is there.
    const options = { isCustomElement: (tag) => tag.startsWith("filesync-") }
    return compileScript(descriptor, {
      id: "sample",
      inlineTemplate: true,
      templateOptions: { compilerOptions: options },
    }).content
  },
  svelte: ({ text }) => `${/<script lang="ts">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? ""}
declare const component: import("svelte").Component<Record<string, unknown>>
export default component
`,
}

/** The tags of a component's markup, as HTML. */
export const markupOf = ({ language, text }) => {
  if (language === "vue") return parseVue(text).descriptor.template?.content ?? ""
  if (language !== "svelte") return text
  parseSvelte(text, { modern: true })
  return text.replace(/<script[\s\S]*?<\/script>/, "").replace(/\{[#:/@][^}]*\}/g, "")
}

/** Writes every TypeScript sample, and the scripts of components; gives back how many. */
export const writeSamples = () => {
  rmSync(samplesFolder, { recursive: true, force: true })
  const write = (path, text) => {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const all = samples().map((sample) => ({ ...sample, name: nameInReadme(sample) }))
  for (const [page, other] of continues) {
    for (const sample of all.filter(
      (one) => one.page === other && isTypeScript(one) && one.name?.startsWith("src/"),
    )) {
      write(pathOf({ ...sample, page }), sample.text)
    }
  }
  const checked = all.filter((sample) => isTypeScript(sample) || sample.language in scriptOf)
  for (const sample of checked) {
    if (isTypeScript(sample)) write(pathOf(sample), `${sample.text}\nexport {}\n`)
    else write(`${pathOf(sample)}.ts`, scriptOf[sample.language](sample))
  }
  for (const name of ["surroundings.d.ts", "bundler-modules.d.ts"]) {
    write(join(samplesFolder, name), readFileSync(join(here, name), "utf8"))
  }
  const isWorker = ({ text }) => text.includes('reference lib="webworker"')
  const workers = checked.filter(isWorker).map((sample) => relative(samplesFolder, pathOf(sample)))
  const compilerOptions = {
    noEmit: true,
    // As an app sees the package: by what is built.
    module: "ESNext",
    moduleResolution: "bundler",
    types: ["node"],
    jsx: "react-jsx",
    noUnusedLocals: false,
    noUnusedParameters: false,
    skipLibCheck: true,
  }
  const project = (name, more) =>
    write(
      join(samplesFolder, name),
      JSON.stringify({ extends: "../../tsconfig.json", compilerOptions, exclude: workers, ...more }),
    )
  project("tsconfig.json", { include: ["**/*"] })
  // TypeScript's libraries for pages and for workers exclude each other.
  project("tsconfig.worker.json", {
    compilerOptions: { ...compilerOptions, lib: ["ES2023", "WebWorker"] },
    files: workers,
    exclude: [],
    include: [],
  })
  return checked.length
}
