import { readdir, readFile } from "node:fs/promises"
import http from "node:http"

/** An answer that takes longer than this counts as none. */
const probeTimeoutMs = 5_000

/** One slow answer of a busy machine is no reason to restart, so a silence also needs this many failed probes. */
const leastFailures = 3

/** How much longer a silence must be where it cannot be seen whether the program behind it works. */
const blindFactor = 20

/**
 * Asks a server again and again whether it answers, and calls `onSilence` when it has not for `silentMs`. Watching goes on
 * when `onSilence` has settled. Any HTTP answer is one: what it says is the app's business. A program that reads or writes
 * is at work: while workerd puts a large upload together, it answers no request.
 *
 * @param {object} options
 * @param {() => string} options.address What to request.
 * @param {number} options.everyMs Pause between two probes.
 * @param {number} options.silentMs
 * @param {(silenceMs: number) => Promise<void>} options.onSilence
 * @param {() => Promise<number | undefined>} [options.workDone] A number that grows while it works, where there is one.
 * @returns {() => void} Ends it.
 */
export const watchHealth = ({ address, everyMs, silentMs, onSilence, workDone = workOfWorkerd }) => {
  let answeredAt = performance.now()
  let failures = 0
  let work
  let timer
  let isOver = false

  const look = async () => {
    const answers = await doesAnswer(address(), Math.min(probeTimeoutMs, silentMs))
    const before = work
    work = await workDone()
    if (isOver) return
    if (answers || (work !== undefined && before !== undefined && work !== before)) {
      answeredAt = performance.now()
      failures = 0
    } else {
      failures += 1
    }
    const silenceMs = performance.now() - answeredAt
    const enoughMs = work === undefined ? silentMs * blindFactor : silentMs
    if (failures >= leastFailures && silenceMs >= enoughMs) {
      await onSilence(silenceMs)
      answeredAt = performance.now()
      failures = 0
    }
    if (!isOver) schedule()
  }

  const schedule = () => {
    timer = setTimeout(look, everyMs)
    // Watching is no reason to keep a program alive.
    timer.unref()
  }

  schedule()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}

const doesAnswer = (address, timeoutMs) =>
  new Promise((resolve) => {
    const request = http.get(address, { agent: false, timeout: timeoutMs }, (answer) => {
      answer.resume()
      resolve(true)
    })
    const fail = () => {
      request.destroy()
      resolve(false)
    }
    request.once("timeout", fail)
    // Also for one that was destroyed, which changes nothing any more.
    request.on("error", fail)
  })

/**
 * What all workerds that this program started have read and written, in bytes and calls; `undefined` where the system does
 * not say it. One of several that hangs is noticed when the others rest.
 */
const workOfWorkerd = async () => {
  try {
    const threads = await readdir("/proc/self/task")
    const lists = await Promise.all(
      threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, "utf8").catch(() => "")),
    )
    const children = lists.join(" ").split(/\s+/).filter(Boolean)
    const amounts = await Promise.all(children.map(workOf))
    const known = amounts.filter((amount) => amount !== undefined)
    return known.length === 0 ? undefined : known.reduce((sum, amount) => sum + amount, 0)
  } catch {
    return undefined
  }
}

const workOf = async (pid) => {
  try {
    if (!(await readFile(`/proc/${pid}/comm`, "utf8")).startsWith("workerd")) return undefined
    const lines = (await readFile(`/proc/${pid}/io`, "utf8")).matchAll(
      /^(?:rchar|wchar|syscr|syscw): (\d+)/gm,
    )
    return [...lines].reduce((sum, [, amount]) => sum + Number(amount), 0)
  } catch {
    // It ended just now.
    return undefined
  }
}
