/** The two real S3 servers that tests run against where they are installed. */
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"

/** Ceph's gateway, and OpenStack Swift with its S3 interface. */
const packages = [
  "radosgw",
  "ceph-mon",
  "ceph-osd",
  "ceph-common",
  "swift-proxy",
  "swift-account",
  "swift-container",
  "swift-object",
  "memcached",
]

const installTimeoutMs = 300_000

const apt = (...args) =>
  spawnSync("apt-get", ["-q", "-y", ...args], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: installTimeoutMs,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
  }).status === 0

const areInstalled = () => spawnSync("dpkg", ["-s", ...packages], { stdio: "ignore" }).status === 0

/**
 * Installs them as root on Debian and its kin, and says what it does. Without them their tests skip themselves and say
 * so; a person's own machine is left alone, which is why only continuous integration asks for this.
 */
export const installS3Servers = (say) => {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || areInstalled()) return
  say("installing two S3 servers for tests (Ceph, Swift) …")
  const isDone = apt("install", "--no-install-recommends", ...packages)
  if (isDone || (apt("update") && apt("install", "--no-install-recommends", ...packages))) return
  say("they cannot be installed here: their tests are skipped")
}
