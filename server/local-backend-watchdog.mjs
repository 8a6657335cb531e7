import http from "node:http"

/** An answer that takes longer than this counts as none. */
const probeTimeoutMs = 5_000

/** One slow answer of a busy machine is no reason to restart, so a silence also needs this many failed probes. */
const leastFailures = 3

/**
 * Asks a server again and again whether it answers, and calls `onSilence` when it has not for `silentMs`. Watching goes on
 * when `onSilence` has settled. Any HTTP answer is one: what it says is the app's business.
 *
 * @param {object} options
 * @param {() => string} options.address What to request.
 * @param {number} options.everyMs Pause between two probes.
 * @param {number} options.silentMs
 * @param {(silenceMs: number) => Promise<void>} options.onSilence
 * @returns {() => void} Ends it.
 */
export const watchHealth = ({ address, everyMs, silentMs, onSilence }) => {
  let answeredAt = performance.now()
  let failures = 0
  let timer
  let isOver = false

  const look = async () => {
    const answers = await doesAnswer(address(), Math.min(probeTimeoutMs, silentMs))
    if (isOver) return
    if (answers) {
      answeredAt = performance.now()
      failures = 0
    } else {
      failures += 1
    }
    const silenceMs = performance.now() - answeredAt
    if (failures >= leastFailures && silenceMs >= silentMs) {
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
