import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { build } from "esbuild"
import type { BackendUnderTest } from "./backend-under-test.js"
import { isInstalled } from "./server-processes.js"

/** What runs a server program. */
export interface Runtime {
  readonly name: "node" | "deno" | "bun"
  /** What stands before the program's file. */
  readonly args: ReadonlyArray<string>
  /** Where the program is. */
  readonly path: string
  /** Says so, when it is not on the path. */
  readonly variable?: string
}

/** The runtime of the tests themselves. */
export const node: Runtime = { name: "node", args: [], path: process.execPath }

/** Deno, with every permission that the program asks for. */
export const deno: Runtime = {
  name: "deno",
  args: ["run", "-A", "--no-config"],
  path: process.env.DENO_PATH ?? "deno",
  variable: "DENO_PATH",
}

/** Bun. */
export const bun: Runtime = {
  name: "bun",
  args: ["run"],
  path: process.env.BUN_PATH ?? "bun",
  variable: "BUN_PATH",
}

/** Why a runtime cannot be used here, or `undefined` when it can. */
export const runtimeMissing = ({ name, path: program, variable }: Runtime): string | undefined =>
  isInstalled(program)
    ? undefined
    : `not installed: ${name} (put it on the path, or its file into ${variable})`

/** Bundles a program of this folder and runs it; gives back where it says that it listens. */
export const startInRuntime = async (
  runtime: Runtime,
  program: string,
  variables: Readonly<Record<string, string>>,
): Promise<BackendUnderTest & { readonly processId: number }> => {
  const folder = mkdtempSync(path.join(tmpdir(), `filesync-${runtime.name}-`))
  const file = path.join(folder, "program.mjs")
  writeFileSync(file, await bundle(program))
  const child = spawn(runtime.path, [...runtime.args, file], {
    cwd: folder,
    env: { ...process.env, ...variables, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"],
  })
  const stop = async (): Promise<void> => {
    await end(child)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    return { url: await addressOf(child), stop, processId: child.pid ?? 0 }
  } catch (error) {
    await stop()
    throw error
  }
}

const bundle = async (program: string): Promise<Uint8Array> => {
  const result = await build({
    entryPoints: [path.resolve(program)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    platform: "node",
    // The package by its own name, as in the examples.
    alias: {
      "livestore-filesync/server": path.resolve("server/index.ts"),
      "livestore-filesync/server/node": path.resolve("server/node.ts"),
    },
    logLevel: "error",
  })
  return result.outputFiles[0]?.contents ?? new Uint8Array()
}

const addressOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = ""
    child.stdout?.on("data", (chunk) => {
      said += String(chunk)
      const found = /http:\/\/[\w.]+:\d+/.exec(said)
      if (found !== null) resolve(found[0])
    })
    child.once("error", reject)
    child.once("exit", (code) => reject(new Error(`The program ended with ${code}: ${said}`)))
  })

const end = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => {
    child.once("exit", resolve)
  })
  child.kill("SIGKILL")
  await ended
}
