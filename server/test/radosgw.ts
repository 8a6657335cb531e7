import { randomUUID } from "node:crypto"
import { mkdirSync, writeFileSync } from "node:fs"
import { missingPrograms, type S3Server, testPartBytes } from "./s3-contracts.js"
import { iniFile, isInstalled, ServerProcesses } from "./server-processes.js"

/** Why Ceph's S3 server cannot be started here, or `undefined` when it can. */
export const radosgwMissing = (): string | undefined =>
  missingPrograms(
    isInstalled,
    ["ceph-mon", "ceph-osd", "radosgw", "ceph", "ceph-authtool", "monmaptool", "radosgw-admin"],
    "radosgw ceph-mon ceph-osd ceph-common",
  )

/** Starts one monitor, one storage daemon in memory and one gateway, on loopback. Takes about 15 seconds. */
export const startRadosgw = async (): Promise<S3Server> => {
  const processes = new ServerProcesses("rgw", 90_000)
  // Below the ports that Linux gives to connections, which would take one of these now and then.
  const port = 20_000 + (process.pid % 3_000) * 4
  try {
    await start(processes, port)
  } catch (error) {
    await processes.stop()
    throw error
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: "key",
    secretAccessKey: "secret",
    minPartBytes: testPartBytes,
    stop: () => processes.stop(),
  }
}

const start = async (processes: ServerProcesses, port: number): Promise<void> => {
  const fsid = randomUUID()
  const monitor = `[v2:127.0.0.1:${port + 1}]`
  const conf = ["-c", processes.path("ceph.conf")]
  const keyring = processes.path("keyring")
  const monmap = processes.path("monmap")
  const ceph = (...args: ReadonlyArray<string>): string =>
    processes.run("ceph", [...conf, "--connect-timeout", "2", ...args])

  for (const name of ["mon", "osd", "run", "log", "rgw"]) mkdirSync(processes.path(name))
  writeFileSync(processes.path("ceph.conf"), config(processes, port, fsid, monitor))
  makeKeys(processes, keyring)
  processes.run("monmaptool", ["--create", "--addv", "a", monitor, "--fsid", fsid, monmap])
  processes.run("ceph-mon", [...conf, "-i", "a", "--mkfs", "--monmap", monmap, "--keyring", keyring])
  processes.spawn("ceph-mon", [...conf, "-i", "a", "-f"])
  await processes.until(() => ceph("-s"))

  const osdId = randomUUID()
  ceph("auth", "import", "-i", keyring)
  ceph("osd", "new", osdId, "0")
  mkdirSync(processes.path("osd/0"))
  processes.run("ceph-osd", [...conf, "-i", "0", "--mkfs", "--osd-uuid", osdId])
  ceph("osd", "crush", "add", "osd.0", "1.0", "root=default", "host=localhost")
  processes.spawn("ceph-osd", [...conf, "-i", "0", "-f"])
  await processes.until(() => {
    if (!ceph("osd", "stat").includes("1 up")) throw new Error("not yet")
  })

  processes.spawn("radosgw", [...conf, "-n", "client.rgw.a", "-f"])
  await processes.until(async () => {
    if (!(await fetch(`http://127.0.0.1:${port}/`)).ok) throw new Error("not yet")
  })
  const user = ["--uid=files", "--display-name=files", "--access-key=key", "--secret=secret"]
  processes.run("radosgw-admin", [...conf, "-n", "client.rgw.a", "user", "create", ...user])
}

const makeKeys = (processes: ServerProcesses, keyring: string): void => {
  const caps = ["mon", "osd", "mgr", "mds"].flatMap((daemon) => ["--cap", daemon, "allow *"])
  for (const [index, name] of ["mon.", "client.admin", "osd.0", "client.rgw.a"].entries()) {
    const create = index === 0 ? ["--create-keyring"] : []
    processes.run("ceph-authtool", [...create, keyring, "--gen-key", "-n", name, ...caps])
  }
}

/** One daemon of each, one copy of everything, in memory, on loopback. */
const config = (processes: ServerProcesses, port: number, fsid: string, monitor: string): string =>
  iniFile({
    global: {
      fsid,
      "mon host": monitor,
      "mon initial members": "a",
      "public addr": "127.0.0.1",
      "cluster addr": "127.0.0.1",
      keyring: processes.path("keyring"),
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
      "mon data": processes.path("mon/a"),
      "osd data": processes.path("osd/0"),
      "run dir": processes.path("run"),
      "admin socket": processes.path("run/$name.asok"),
      "pid file": processes.path("run/$name.pid"),
      "log file": processes.path("log/$name.log"),
      "debug ms": 0,
    },
    "client.rgw.a": {
      "rgw frontends": `beast endpoint=127.0.0.1:${port}`,
      "rgw data": processes.path("rgw"),
      "rgw thread pool size": 32,
      "rgw enable ops log": false,
      "rgw multipart min part size": testPartBytes,
    },
  })
