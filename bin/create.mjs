/** `npx livestore-filesync create`: copies a small app that works, to begin with. */
import { readFileSync } from "node:fs"
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises"
import { basename, join, relative, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { UsageError } from "./usage-error.mjs"

const packageFolder = fileURLToPath(new URL("../", import.meta.url))
const readJson = (path) => JSON.parse(readFileSync(join(packageFolder, path), "utf8"))

/** What each template needs beside what all of them need, and how its types are checked. */
const templates = {
  plain: { packages: [], check: "tsc" },
  vue: { packages: ["vue", "@vitejs/plugin-vue", "vue-tsc"], check: "vue-tsc" },
  svelte: {
    packages: ["svelte", "@sveltejs/vite-plugin-svelte", "svelte-check"],
    check: "svelte-check --fail-on-warnings",
  },
  react: {
    packages: ["react", "react-dom", "@vitejs/plugin-react", "@types/react", "@types/react-dom"],
    check: "tsc",
  },
}
const names = Object.keys(templates)

/** What `--help` says. */
export const createUsage = `livestore-filesync create DIR --template ${names.join("|")}
  Copies a photo board into the new folder DIR: a small app with a store of its own, the elements, the service worker and
  a backend on this machine. Default: plain, which is TypeScript without a framework.`

/** Runs the command with its own arguments. */
export const createCommand = async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { template: { type: "string", default: "plain" } },
  })
  if (positionals.length !== 1) throw new UsageError("create needs one folder.")
  if (!Object.hasOwn(templates, values.template))
    throw new UsageError(`There is no template ${values.template}; there are ${names.join(", ")}.`)
  const folder = resolve(positionals[0])
  await requireEmpty(folder)
  await copyTemplate(values.template, folder)
  await writeFile(join(folder, ".gitignore"), "node_modules\ndist\npublic/filesync-sw*.js\n.filesync-data\n")
  await writeFile(
    join(folder, "package.json"),
    `${JSON.stringify(manifestOf(values.template, folder), undefined, 2)}\n`,
  )
  console.log(`${folder} is there. To run it:

  cd ${relative(process.cwd(), folder) || "."} && npm install
  npm start`)
}

const requireEmpty = async (folder) => {
  const present = await readdir(folder).catch((cause) => {
    if (cause.code === "ENOENT") return []
    throw new UsageError(`${folder} is not a folder that can be read.`)
  })
  if (present.length > 0) throw new UsageError(`${folder} is not empty; nothing was changed.`)
}

/** The board lies beside the apps in the package, and inside the app in a copy. */
const copyTemplate = async (template, folder) => {
  const copy = { recursive: true, filter: (path) => !/[\\/](?:dist|public|node_modules)$/.test(path) }
  await mkdir(folder, { recursive: true })
  await cp(join(packageFolder, "demo", template), folder, copy)
  await cp(join(packageFolder, "demo/board"), join(folder, "board"), copy)
  for (const [places, from, to] of [
    [["src"], "../../board/", "../board/"],
    [["."], "../board/", "./board/"],
  ])
    for (const place of places)
      for (const entry of await readdir(join(folder, place), { withFileTypes: true })) {
        if (!entry.isFile()) continue
        const path = join(folder, place, entry.name)
        await writeFile(path, (await readFile(path, "utf8")).replaceAll(from, to))
      }
}

const manifestOf = (template, folder) => {
  const { version } = readJson("package.json")
  const { dependencies, devDependencies } = readJson("demo/package.json")
  const { packages, check } = templates[template]
  const own = new Set(packages)
  const ofOthers = new Set(Object.values(templates).flatMap((one) => one.packages))
  const wanted = (all) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => own.has(name) || !ofOthers.has(name)))
  return {
    name:
      basename(folder)
        .toLowerCase()
        .replaceAll(/[^a-z\d-]+/g, "-")
        .replaceAll(/^-+|-+$/g, "") || "photo-board",
    private: true,
    type: "module",
    scripts: {
      prestart: "livestore-filesync copy-sw public",
      start: 'concurrently --kill-others --names backend,app "livestore-filesync dev" "vite --open"',
      prebuild: "livestore-filesync copy-sw public",
      build: `${check} && vite build`,
    },
    dependencies: { ...wanted(dependencies), "livestore-filesync": `^${version}` },
    devDependencies: wanted(devDependencies),
  }
}
