/** Memory of a browser with all its processes, as the kernel shares it out among them (PSS). Linux only. */
import { readdirSync, readFileSync } from "node:fs"
import { browserProcesses } from "../../test/support/browser-processes.mjs"

const readOrNothing = (path) => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return "" // The process ended between the listing and the look.
  }
}

/** Processes of this name that this one started. */
export const childrenCalled = (name) =>
  processTree(process.pid).filter((id) => readOrNothing(`/proc/${id}/comm`).trim() === name)

/** The ids of a process and of everything it started. */
export const processTree = (root) => {
  const children = new Map()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const fields = readOrNothing(`/proc/${name}/stat`)
    const parent = Number(fields.slice(fields.lastIndexOf(")") + 2).split(" ")[1])
    children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [root]
  for (const id of tree) tree.push(...(children.get(id) ?? []))
  return tree
}

/** PSS of a process and everything it started, in bytes. */
const treeMemoryBytes = (root) =>
  processTree(root).reduce((sum, id) => {
    const kilobytes = /^Pss:\s+(\d+) kB/m.exec(readOrNothing(`/proc/${id}/smaps_rollup`))?.[1]
    return sum + Number(kilobytes ?? 0) * 1024
  }, 0)

/** Samples the browser's memory while `work` runs; gives the result of `work`, and the largest growth. */
export const withPeakMemory = (profile, work, everyMs = sampleEveryMs) =>
  withPeakMemoryOf(browserProcesses(profile)[0], work, everyMs)

/** The same for a process and everything it started; also its memory at the peak. */
export const withPeakMemoryOf = async (root, work, everyMs = sampleEveryMs) => {
  const beforeBytes = treeMemoryBytes(root)
  let peakBytes = beforeBytes
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, treeMemoryBytes(root))
  }, everyMs)
  try {
    const result = await work()
    peakBytes = Math.max(peakBytes, treeMemoryBytes(root))
    return { result, peakBytes, growthBytes: peakBytes - beforeBytes }
  } finally {
    clearInterval(timer)
  }
}

/** Time between two samples. A sample takes about 10 ms, a tenth of this. */
const sampleEveryMs = 100
