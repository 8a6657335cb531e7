import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as wait } from "node:timers/promises"

/** Whether a program is on the path. */
export const isInstalled = (program: string): boolean => {
  try {
    execFileSync("which", [program], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

/** The daemons of a server under test and the folder they live in; all end with `stop`. */
export class ServerProcesses {
  readonly folder: string
  readonly #daemons: Array<ChildProcess> = []
  readonly #outputs: Array<string> = []
  readonly #deadline: number

  constructor(name: string, startTimeoutMs: number) {
    this.folder = mkdtempSync(path.join(tmpdir(), `filesync-${name}-`))
    this.#deadline = Date.now() + startTimeoutMs
    // A test run that is stopped half-way must not leave a cluster behind.
    process.once("exit", () => this.#kill())
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1))
  }

  /** A path inside the folder. */
  path(name: string): string {
    return path.join(this.folder, name)
  }

  /** Runs a program to its end and gives what it printed. */
  run(program: string, args: ReadonlyArray<string>): string {
    return execFileSync(program, args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    })
  }

  /** Starts a daemon. */
  spawn(program: string, args: ReadonlyArray<string>): void {
    const file = this.path(`${this.#daemons.length}.out`)
    this.#outputs.push(file)
    const output = openSync(file, "w")
    this.#daemons.push(spawn(program, args, { cwd: this.folder, stdio: ["ignore", output, output] }))
  }

  /** Tries again and again until it does not throw, the time is over or a daemon has ended. */
  async until(attempt: () => unknown): Promise<void> {
    for (;;) {
      try {
        await attempt()
        return
      } catch (cause) {
        const ended = this.#daemons.some((daemon) => daemon.exitCode !== null)
        if (ended || Date.now() > this.#deadline) {
          const said = this.#outputs.map((file) => readFileSync(file, "utf8").slice(-500))
          throw new Error(`The server did not start.\n${said.join("\n")}`, { cause })
        }
        await wait(200)
      }
    }
  }

  #kill(): void {
    for (const daemon of this.#daemons) daemon.kill("SIGKILL")
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 })
  }

  /** Ends every daemon at once, for nothing in them is worth an orderly end, and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all(
      this.#daemons.map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null) return
        const ended = new Promise((resolve) => {
          daemon.once("exit", resolve)
        })
        daemon.kill("SIGKILL")
        await ended
      }),
    )
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Settings in the form that Ceph and OpenStack read. */
export const iniFile = (
  sections: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>,
): string =>
  Object.entries(sections)
    .flatMap(([name, lines]) => [
      `[${name}]`,
      ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`),
      "",
    ])
    .join("\n")
