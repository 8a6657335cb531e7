import { mkdirSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { userInfo } from "node:os"
import { missingPrograms, type S3Server, testPartBytes } from "./s3-contracts.js"
import { iniFile, isInstalled, ServerProcesses } from "./server-processes.js"

const stores = ["account", "container", "object"] as const

/** Why OpenStack Swift with its S3 face cannot be started here, or `undefined` when it can. */
export const swiftMissing = (): string | undefined =>
  missingPrograms(
    isInstalled,
    ["swift-ring-builder", "memcached", ...[...stores, "proxy"].map((name) => `swift-${name}-server`)],
    "swift-proxy swift-account swift-container swift-object memcached",
  )

/** Starts one server of each kind, on loopback. Takes about 5 seconds. */
export const startSwift = async (): Promise<
  S3Server & {
    /** Lets pages of any origin use a bucket; Swift has its own way for that, not S3's. */
    readonly allowPages: (bucket: string) => Promise<void>
  }
> => {
  const processes = new ServerProcesses("swift", 80_000)
  // Below the ports that Linux gives to connections, which would take one of these now and then.
  const port = 10_000 + (process.pid % 2_000) * 5
  try {
    await start(processes, port)
  } catch (error) {
    await processes.stop()
    throw error
  }
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId: "test:tester",
    secretAccessKey: "testing",
    minPartBytes: testPartBytes,
    allowPages: (bucket) => allowPages(port, bucket),
    stop: () => processes.stop(),
  }
}

const allowPages = async (port: number, bucket: string): Promise<void> => {
  const login = await fetch(`http://127.0.0.1:${port}/auth/v1.0`, {
    headers: { "X-Auth-User": "test:tester", "X-Auth-Key": "testing" },
  })
  // Parts go into a container of their own.
  for (const container of [bucket, `${bucket}+segments`]) {
    const answer = await fetch(`${login.headers.get("X-Storage-Url")}/${encodeURIComponent(container)}`, {
      method: "PUT",
      headers: {
        "X-Auth-Token": login.headers.get("X-Auth-Token") ?? "",
        "X-Container-Meta-Access-Control-Allow-Origin": "*",
        "X-Container-Meta-Access-Control-Expose-Headers": "ETag",
      },
    })
    if (!answer.ok) throw new Error(`no rules for pages: ${answer.status} ${await answer.text()}`)
  }
}

const start = async (processes: ServerProcesses, port: number): Promise<void> => {
  const portOf = (name: (typeof stores)[number]): number => port + 1 + stores.indexOf(name)
  const cachePort = port + 4
  for (const name of ["etc", "disks/sda1", "cache"]) mkdirSync(processes.path(name), { recursive: true })
  for (const name of stores) {
    makeRing(processes, name, portOf(name))
    writeFileSync(processes.path(`etc/${name}.conf`), storeConfig(processes, name, portOf(name)))
    processes.spawn(`swift-${name}-server`, [processes.path(`etc/${name}.conf`), "-v"])
  }
  const user = userInfo().username
  const asUser = user === "root" ? ["-u", "root"] : []
  processes.spawn("memcached", ["-l", "127.0.0.1", "-p", String(cachePort), "-U", "0", "-m", "64", ...asUser])
  writeFileSync(processes.path("etc/proxy.conf"), proxyConfig(processes, port, cachePort))
  processes.spawn("swift-proxy-server", [processes.path("etc/proxy.conf"), "-v"])
  await processes.until(async () => {
    if (!(await fetch(`http://127.0.0.1:${port}/healthcheck`)).ok) throw new Error("not yet")
    await Promise.all(stores.map((name) => canConnect(portOf(name))))
  })
}

/** A ring says which disk has what; here there is one. */
const makeRing = (processes: ServerProcesses, name: string, port: number): void => {
  const builder = processes.path(`etc/${name}.builder`)
  processes.run("swift-ring-builder", [builder, "create", "4", "1", "0"])
  processes.run("swift-ring-builder", [builder, "add", `r1z1-127.0.0.1:${port}/sda1`, "1"])
  try {
    processes.run("swift-ring-builder", [builder, "rebalance"])
  } catch {
    // It warns by its exit code that one disk is not many; a ring that is missing shows when the servers start.
  }
}

const shared = (processes: ServerProcesses, port: number) => ({
  bind_ip: "127.0.0.1",
  bind_port: port,
  workers: 0,
  user: userInfo().username,
  swift_dir: processes.path("etc"),
})

const storeConfig = (processes: ServerProcesses, name: string, port: number): string =>
  iniFile({
    DEFAULT: {
      ...shared(processes, port),
      devices: processes.path("disks"),
      mount_check: false,
      recon_cache_path: processes.path("cache"),
      fallocate_reserve: 0,
      disable_fallocate: true,
    },
    "pipeline:main": { pipeline: `${name}-server` },
    [`app:${name}-server`]: { use: `egg:swift#${name}` },
  })

const proxyConfig = (processes: ServerProcesses, port: number, cachePort: number): string => {
  const filters = ["catch_errors", "gatekeeper", "healthcheck", "cache", "listing_formats", "bulk", "s3api"]
  const later = ["tempauth", "copy", "slo", "dlo", "versioned_writes", "symlink"]
  const plain = Object.fromEntries(
    [...filters, ...later].map((name) => [`filter:${name}`, { use: `egg:swift#${name}` }]),
  )
  return iniFile({
    DEFAULT: shared(processes, port),
    "pipeline:main": { pipeline: [...filters, ...later, "proxy-server"].join(" ") },
    "app:proxy-server": { use: "egg:swift#proxy", allow_account_management: true, account_autocreate: true },
    ...plain,
    "filter:cache": { use: "egg:swift#memcache", memcache_servers: `127.0.0.1:${cachePort}` },
    "filter:s3api": {
      use: "egg:swift#s3api",
      location: "us-east-1",
      s3_acl: false,
      max_upload_part_num: 10_000,
      min_segment_size: testPartBytes,
      cors_preflight_allow_origin: "*",
    },
    "filter:tempauth": { use: "egg:swift#tempauth", user_test_tester: "testing .admin" },
    "filter:slo": { use: "egg:swift#slo", max_manifest_segments: 10_000 },
    "filter:versioned_writes": { use: "egg:swift#versioned_writes", allow_object_versioning: true },
  })
}

const canConnect = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy()
      resolve()
    })
    socket.once("error", reject)
  })
