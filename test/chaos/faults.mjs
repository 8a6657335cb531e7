/** What goes wrong between a device and its backend, and how often. */

/**
 * Weights of the faults of a request: those of this file, and those of `foreign-answers.mjs` by their names there. `drop`:
 * reset before the backend has it; `lost-answer`: reset after; `silent`: no answer, ever; `flip`: another bit in what is downloaded.
 */
const requestFaults = {
  delay: 8,
  slow: 2,
  drop: 4,
  "lost-answer": 4,
  "cut-uploads": 3,
  "cut-answers": 3,
  flip: 6,
  silent: 0.3,
  unavailable: 4,
  "captive-portal": 3,
  "single-page": 1,
  "redirect-302": 1,
  "empty-200": 1,
  "error-200": 1,
  "json-200": 1,
  "half-closed": 1,
  "precondition-412": 1,
  "not-there-yet": 2,
}
const socketFaults = { delay: 3, cut: 4, drop: 2, unavailable: 1, "captive-portal": 1 }
/** Share of requests that something happens to. */
const rates = { calm: 0.05, usual: 0.2, storm: 0.5 }
const levels = { calm: 2, usual: 5, storm: 2 }
/** A connection lives long, so it meets its fault more often than a request. */
const socketFactor = 2

/** The weather of one device's connection: clear until `begin`. */
export const makeWeather = (random) => {
  let rate = 0
  const counts = {}
  return {
    random,
    counts,
    count: (kind) => {
      counts[kind] = (counts[kind] ?? 0) + 1
    },
    begin: () => {
      rate = rates[random.weighted(levels)]
    },
    end: () => {
      rate = 0
    },
    faultOfRequest: () => (random.chance(rate) ? random.weighted(requestFaults) : undefined),
    faultOfSocket: () => (random.chance(rate * socketFactor) ? random.weighted(socketFaults) : undefined),
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A stage of a pipeline that breaks off after so many bytes. */
export const cutAfter = (bytes) =>
  async function* (source) {
    let left = bytes
    for await (const chunk of source) {
      if (chunk.length > left) {
        yield chunk.subarray(0, left)
        throw new Error("cut")
      }
      left -= chunk.length
      yield chunk
    }
    throw new Error("cut")
  }

const pieceBytes = 64 * 1024

/** A stage that gives pieces of 64 KiB, with a pause after each. */
export const slowly = (pauseMs) =>
  async function* (source) {
    for await (const chunk of source) {
      for (let at = 0; at < chunk.length; at += pieceBytes) {
        yield chunk.subarray(at, at + pieceBytes)
        await pause(pauseMs)
      }
    }
  }

/** A stage that changes one bit of the byte at `position`; `onFlip` is called when there is one. */
export const flipAt = (position, onFlip) =>
  async function* (source) {
    let at = 0
    for await (const chunk of source) {
      if (position >= at && position < at + chunk.length) {
        const changed = Buffer.from(chunk)
        changed[position - at] ^= 1
        onFlip()
        yield changed
      } else yield chunk
      at += chunk.length
    }
  }

/** Passes a source on and hands over the whole when it has ended. */
export const collect = (onEnd) =>
  async function* (source) {
    const chunks = []
    for await (const chunk of source) {
      chunks.push(chunk)
      yield chunk
    }
    onEnd(Buffer.concat(chunks))
  }
