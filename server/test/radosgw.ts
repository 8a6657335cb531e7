import { execFileSync, spawn, type ChildProcess } from "node:child_process"
import { randomUUID } from "node:crypto"
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { setTimeout as wait } from "node:timers/promises"

/** A running S3 server that nobody else uses. */
export interface S3Server {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Least size of a part but the last, in bytes. */
  readonly minPartBytes: number
  readonly stop: () => Promise<void>
}

const programs = ["ceph-mon", "ceph-osd", "radosgw", "ceph", "ceph-authtool", "monmaptool", "radosgw-admin"]
const startTimeoutMs = 90_000
const minPartBytes = 65_536

/** Why Ceph's S3 server cannot be started here, or `undefined` when it can. */
export const radosgwMissing = (): string | undefined => {
  const missing = programs.filter((program) => {
    try {
      execFileSync("which", [program], { stdio: "ignore" })
      return false
    } catch {
      return true
    }
  })
  return missing.length === 0
    ? undefined
    : `not installed: ${missing.join(", ")} (Debian: apt-get install radosgw ceph-mon ceph-osd ceph-common)`
}

/** Starts one monitor, one storage daemon in memory and one gateway, on loopback. Takes about 15 seconds. */
export const startRadosgw = async (): Promise<S3Server> => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-rgw-"))
  const port = 20_000 + (process.pid % 10_000) * 4
  const cluster = new Cluster(folder, port)
  try {
    await cluster.start()
    const endpoint = `http://127.0.0.1:${port}`
    return {
      endpoint,
      accessKeyId: "key",
      secretAccessKey: "secret",
      minPartBytes,
      stop: () => cluster.stop(),
    }
  } catch (error) {
    await cluster.stop()
    throw error
  }
}

class Cluster {
  readonly #folder: string
  readonly #port: number
  readonly #daemons: Array<ChildProcess> = []
  readonly #deadline = Date.now() + startTimeoutMs

  constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
  }

  async start(): Promise<void> {
    const fsid = randomUUID()
    for (const name of ["mon", "osd", "run", "log", "rgw"]) mkdirSync(this.#path(name))
    writeFileSync(this.#path("ceph.conf"), this.#config(fsid))
    this.#makeKeys()
    this.#run(
      "monmaptool",
      "--create",
      "--addv",
      "a",
      this.#monitorAddress(),
      "--fsid",
      fsid,
      this.#path("monmap"),
    )
    this.#run(
      "ceph-mon",
      ...this.#conf,
      "-i",
      "a",
      "--mkfs",
      "--monmap",
      this.#path("monmap"),
      "--keyring",
      this.#keyring,
    )
    this.#spawn("ceph-mon", "-i", "a", "-f")
    await this.#until(() => this.#ceph("-s"))

    const osdId = randomUUID()
    this.#ceph("auth", "import", "-i", this.#keyring)
    this.#ceph("osd", "new", osdId, "0")
    mkdirSync(this.#path("osd/0"))
    this.#run("ceph-osd", ...this.#conf, "-i", "0", "--mkfs", "--osd-uuid", osdId)
    this.#ceph("osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost")
    this.#spawn("ceph-osd", "-i", "0", "-f")
    await this.#until(() => {
      if (!this.#ceph("osd", "stat").includes("1 up")) throw new Error("not yet")
    })

    this.#spawn("radosgw", "-n", "client.rgw.a", "-f")
    await this.#until(async () => {
      if (!(await fetch(`http://127.0.0.1:${this.#port}/`)).ok) throw new Error("not yet")
    })
    const user = ["--uid=files", "--display-name=files", "--access-key=key", "--secret=secret"]
    this.#run("radosgw-admin", ...this.#conf, "-n", "client.rgw.a", "user", "create", ...user)
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.#daemons.toReversed().map(async (daemon) => {
        if (daemon.exitCode !== null || daemon.signalCode !== null) return
        const ended = new Promise((resolve) => {
          daemon.once("exit", resolve)
        })
        // Nothing in it is worth an orderly end.
        daemon.kill("SIGKILL")
        await ended
      }),
    )
    rmSync(this.#folder, { recursive: true, force: true })
  }

  get #conf(): ReadonlyArray<string> {
    return ["-c", this.#path("ceph.conf")]
  }

  get #keyring(): string {
    return this.#path("keyring")
  }

  #path(name: string): string {
    return path.join(this.#folder, name)
  }

  #monitorAddress(): string {
    return `[v2:127.0.0.1:${this.#port + 1}]`
  }

  #config(fsid: string): string {
    const settings: Readonly<Record<string, string | number | boolean>> = {
      fsid,
      "mon host": this.#monitorAddress(),
      "mon initial members": "a",
      "public addr": "127.0.0.1",
      "cluster addr": "127.0.0.1",
      keyring: this.#keyring,
      "auth allow insecure global id reclaim": true,
      "osd pool default size": 1,
      "osd pool default min size": 1,
      "osd pool default pg num": 1,
      "osd pool default pgp num": 1,
      "osd pool default pg autoscale mode": "off",
      "mon allow pool size one": true,
      "mon max pg per osd": 1000,
      "mon data avail crit": 1,
      "mon data avail warn": 2,
      "osd crush chooseleaf type": 0,
      "osd objectstore": "memstore",
      "memstore device bytes": "2G",
      "mon data": this.#path("mon/a"),
      "osd data": this.#path("osd/0"),
      "run dir": this.#path("run"),
      "admin socket": this.#path("run/$name.asok"),
      "pid file": this.#path("run/$name.pid"),
      "log file": this.#path("log/$name.log"),
      "debug ms": 0,
    }
    const gateway: Readonly<Record<string, string | number | boolean>> = {
      "rgw frontends": `beast endpoint=127.0.0.1:${this.#port}`,
      "rgw data": this.#path("rgw"),
      "rgw thread pool size": 32,
      "rgw enable ops log": false,
      "rgw multipart min part size": minPartBytes,
    }
    const section = (name: string, lines: typeof settings): string =>
      [`[${name}]`, ...Object.entries(lines).map(([key, value]) => `${key} = ${value}`), ""].join("\n")
    return section("global", settings) + section("client.rgw.a", gateway)
  }

  #makeKeys(): void {
    const caps = ["mon", "osd", "mgr", "mds"].flatMap((daemon) => ["--cap", daemon, "allow *"])
    for (const [index, name] of ["mon.", "client.admin", "osd.0", "client.rgw.a"].entries()) {
      const create = index === 0 ? ["--create-keyring"] : []
      this.#run("ceph-authtool", ...create, this.#keyring, "--gen-key", "-n", name, ...caps)
    }
  }

  #run(program: string, ...args: ReadonlyArray<string>): string {
    return execFileSync(program, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
    })
  }

  #ceph(...args: ReadonlyArray<string>): string {
    return this.#run("ceph", ...this.#conf, "--connect-timeout", "2", ...args)
  }

  #spawn(program: string, ...args: ReadonlyArray<string>): void {
    const output = openSync(this.#path(`log/${program}.out`), "w")
    this.#daemons.push(spawn(program, [...this.#conf, ...args], { stdio: ["ignore", output, output] }))
  }

  async #until(attempt: () => unknown): Promise<void> {
    for (;;) {
      try {
        await attempt()
        return
      } catch (error) {
        const ended = this.#daemons.find((daemon) => daemon.exitCode !== null)
        if (ended !== undefined || Date.now() > this.#deadline) throw this.#failure(error)
        await wait(200)
      }
    }
  }

  #failure(cause: unknown): Error {
    const outputs = ["ceph-mon", "ceph-osd", "radosgw"].map((program) => {
      try {
        return readFileSync(this.#path(`log/${program}.out`), "utf8").slice(-500)
      } catch {
        return ""
      }
    })
    return new Error(`Ceph did not start.\n${outputs.join("\n")}`, { cause })
  }
}
