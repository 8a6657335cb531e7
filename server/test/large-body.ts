import { createHash } from "node:crypto"
import { readFileSync, writeFileSync } from "node:fs"
import { request } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"

const chunk = new Uint8Array(65_536)

function* zeros(sizeBytes: number): Generator<Uint8Array, void, void> {
  for (let left = sizeBytes; left > 0; left -= chunk.byteLength) {
    yield left < chunk.byteLength ? chunk.subarray(0, left) : chunk
  }
}

/** SHA-256 of so many zeros, as hex. */
export const hashOfZeros = (sizeBytes: number): string => {
  const hash = createHash("sha256")
  for (const piece of zeros(sizeBytes)) hash.update(piece)
  return hash.digest("hex")
}

/** PUTs so many zeros without holding them; gives the status. */
export const putZeros = async (
  url: string,
  sizeBytes: number,
  headers: Readonly<Record<string, string>>,
): Promise<number> => {
  const outgoing = request(url, {
    method: "PUT",
    agent: false,
    headers: { ...headers, "Content-Length": sizeBytes },
  })
  const status = new Promise<number>((resolve, reject) => {
    outgoing.once("error", reject)
    outgoing.once("response", (incoming) => {
      incoming.resume()
      resolve(incoming.statusCode ?? 0)
    })
  })
  // An answer may come before the whole body has gone; then it, and not the broken pipe, is what counts.
  const sent = pipeline(Readable.from(zeros(sizeBytes), { objectMode: false }), outgoing)
  const [answer, sending] = await Promise.allSettled([status, sent])
  if (answer.status === "fulfilled") return answer.value
  throw sending.status === "rejected" ? sending.reason : answer.reason
}

/** GETs and counts. */
export const countBytes = async (url: string, headers: Readonly<Record<string, string>>): Promise<number> => {
  const answer = await fetch(url, { headers })
  let total = 0
  for await (const piece of answer.body ?? []) total += (piece as Uint8Array).byteLength
  return total
}

/** The most memory a process had in RAM while `work` ran, in bytes. Linux only. */
export const peakBytes = async (processId: number, work: () => Promise<void>): Promise<number> => {
  // 5 = resets the high-water mark.
  writeFileSync(`/proc/${processId}/clear_refs`, "5")
  await work()
  const text = readFileSync(`/proc/${processId}/status`, "utf8")
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(text)?.[1]) * 1024
}
