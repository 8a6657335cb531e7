import { createHash, randomBytes } from "node:crypto"
import { Readable } from "node:stream"
import { withPeakMemoryOf } from "../harness/process-memory.mjs"
import { inTurn } from "../harness/rounds.mjs"
import { localStarts, startS3 } from "./server-subjects.mjs"

const concurrentRequests = 6
const megabyte = 1_000_000
const largeMegabytes = 32

const makeBodies = (count, sizeBytes) =>
  Array.from({ length: count }, () => {
    const bytes = randomBytes(sizeBytes)
    const digest = createHash("sha256").update(bytes).digest()
    return { bytes, key: `bench/${digest.toString("hex")}`, digest: `sha-256=:${digest.toString("base64")}:` }
  })

const send = async (address, { bytes, digest }) => {
  const answer = await fetch(address, {
    method: "PUT",
    headers: { "Content-Type": "application/octet-stream", "Content-Digest": digest, "If-None-Match": "*" },
    body: bytes,
  })
  await answer.arrayBuffer()
  // 412 after a lost answer: it is there.
  if (!answer.ok && answer.status !== 412) throw new Error(`PUT: ${answer.status}`)
}

const take = async (address, { bytes }) => {
  const answer = await fetch(address)
  let received = 0
  for await (const piece of Readable.fromWeb(answer.body)) received += piece.length
  if (received !== bytes.length) throw new Error(`GET: ${answer.status}, ${received} bytes`)
}

/** Seconds until all are done, so many at a time. */
const secondsFor = async ({ addressFor }, bodies, method) => {
  const work = twice({ PUT: send, GET: take }[method])
  const addresses = await Promise.all(bodies.map(({ key }) => addressFor(key, method)))
  const beginMs = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: concurrentRequests }, async () => {
      for (let at = next++; at < bodies.length; at = next++) await work(addresses[at], bodies[at])
    }),
  )
  return (performance.now() - beginMs) / 1000
}

/** A kept connection may be closed by the server at the moment it is used again; then the request goes once more. */
const twice = (work) => async (address, body) => {
  try {
    await work(address, body)
  } catch (cause) {
    if (cause.message !== "fetch failed") throw cause
    await work(address, body)
  }
}

const measureRound = async (subject, small, large, note) => {
  const megabytes = large.length * largeMegabytes
  note("PUT 10 KB", "requests/s", small.length / (await secondsFor(subject, small, "PUT")))
  note("GET 10 KB", "requests/s", small.length / (await secondsFor(subject, small, "GET")))
  const moveLarge = async () => {
    note(`PUT ${largeMegabytes} MB`, "MB/s", megabytes / (await secondsFor(subject, large, "PUT")))
    note(`GET ${largeMegabytes} MB`, "MB/s", megabytes / (await secondsFor(subject, large, "GET")))
  }
  if (subject.processId === undefined) return moveLarge()
  const { peakBytes } = await withPeakMemoryOf(subject.processId, moveLarge)
  note(`memory at the peak of ${largeMegabytes} MB bodies`, "MB", peakBytes / megabyte)
}

const measureStore = async (store, starts, { subjects, quick, roundsOf, record }) => {
  const running = {}
  try {
    for (const subject of subjects) running[subject] = await starts[subject]()
    for (let round = 0; round < Math.max(2, roundsOf(3, 8)); round += 1) {
      const isWarm = round > 0
      const small = makeBodies(quick ? 100 : 500, 10_000)
      const large = makeBodies(isWarm ? (quick ? 2 : 4) : 1, largeMegabytes * megabyte)
      for (const subject of inTurn(subjects, round)) {
        const note = (metric, unit, value) => {
          if (isWarm) record(subject, `${store}: ${metric}`, unit, value)
        }
        await measureRound(running[subject], small, large, note).catch((cause) => {
          throw new Error(`${store}, ${subject}: ${cause.message}`, { cause })
        })
      }
    }
  } finally {
    for (const { stop } of Object.values(running)) await stop()
  }
}

/** What the file handler costs over the store beneath it: small requests a second, megabytes a second, and memory. */
export const server = {
  names: ["server"],
  subjects: ["ours", "floor"],
  async run(options) {
    for (const [store, starts] of Object.entries(localStarts)) await measureStore(store, starts, options)
    const s3 = await startS3()
    if (s3.missing !== undefined) {
      options.say(`server: S3 left out: ${s3.missing}`)
      return
    }
    try {
      await measureStore("S3 (radosgw)", s3.starts, options)
    } finally {
      await s3.stop()
    }
  },
}
