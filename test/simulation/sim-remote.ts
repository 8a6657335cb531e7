import { makeAuthorized } from "../../src/services/remote-file-storage/adapters/http/authorized.js"
import { RemoteFailure, type RemoteStorageAdapter } from "../../src/types/index.js"
import type { SimBlob } from "./sim-blob.js"
import { hashOf } from "./sim-disk.js"
import type { SimClock } from "./sim-clock.js"
import type { SeededRandom } from "./random.js"

/**
 * What the remote is like: `elsewhere` = another server's page answers in its place; `refusing` = it refuses whatever it is
 * asked, as during a deployment; `tokenless` = the app's `getToken` throws; `broken` = the app's adapter throws.
 */
export type Mood = "well" | "elsewhere" | "refusing" | "tokenless" | "broken"

const refusals = [
  () => new RemoteFailure("Forbidden", "Fault", { status: 403 }),
  () => new RemoteFailure("NotFound", "Fault", { status: 404 }),
  () => new RemoteFailure("Rejected", "Fault", { status: 400 }),
  () => new RemoteFailure("QuotaExceeded", "Fault", { status: 507 }),
]

const page = new TextEncoder().encode("<!doctype html><title>Sign in to the Wi-Fi</title>")

/** The bucket all devices share, and how badly it behaves at the moment. */
export class SimRemote {
  readonly objects = new Map<string, Uint8Array<ArrayBuffer>>()
  /** 0 = perfect, 1 = everything fails. */
  faultRate = 0
  /** Uploads that sent bytes for an object that was already there. */
  resent = 0
  mood: Mood = "well"
  /** What it lost, by its key, as a backup would have it. */
  readonly lost = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Tokens are refused until the user signs in again. */
  isTokenExpired = false

  lose(at: number): void {
    const found = [...this.objects][at % Math.max(1, this.objects.size)]
    if (found === undefined) return
    this.objects.delete(found[0])
    this.lost.set(...found)
  }

  /** What is on none of these disks comes back from a backup; the rest is for those who have it. */
  restoreLost(disks: ReadonlyArray<ReadonlyMap<string, unknown>>): void {
    for (const [key, bytes] of this.lost)
      if (!disks.some((contents) => contents.has(hashOf(bytes)))) this.objects.set(key, bytes)
  }
}

/** What one tab needs to know to reach the remote. */
export interface Line {
  readonly isOnline: () => boolean
  readonly isAlive: () => boolean
  /** Called with every content that is about to be transferred. */
  readonly onTransfer: (contentHash: string) => void
}

/** The remote through one tab's line: slow, failing, cutting and corrupting as the random source says. */
export const simAdapter = (
  remote: SimRemote,
  line: Line,
  clock: SimClock,
  random: SeededRandom,
): RemoteStorageAdapter => {
  const { run } = makeAuthorized({
    getToken: () => {
      if (remote.mood === "tokenless") throw new TypeError("Failed to fetch")
      return "token"
    },
  })
  const travel = (signal: AbortSignal): Promise<void> => run(signal, () => request(signal))
  const request = async (signal: AbortSignal): Promise<void> => {
    await clock.sleep(1 + random.below(200))
    if (!line.isAlive()) return new Promise(() => undefined)
    if (signal.aborted) throw new RemoteFailure("Aborted", "Cancelled")
    if (!line.isOnline()) throw new RemoteFailure("Offline", "No connection")
    if (remote.mood === "broken") throw new TypeError("Cannot read properties of undefined")
    if (remote.mood === "elsewhere") throw new RemoteFailure("NotOurServer", "A page", { status: 200 })
    if (remote.mood === "refusing") throw (refusals[random.below(refusals.length)] as () => RemoteFailure)()
    if (remote.isTokenExpired) throw new RemoteFailure("Unauthorized", "Token expired", { status: 401 })
    if (!random.chance(remote.faultRate)) return
    const fault = random.below(5)
    // It never answers, and does not mind the signal.
    if (fault === 4) return new Promise(() => undefined)
    if (fault === 0) throw new RemoteFailure("ServerError", "Fault", { status: 503 })
    if (fault === 1) throw new RemoteFailure("RateLimited", "Fault", { status: 429, retryAfterMs: 2000 })
    if (fault === 2) throw new RemoteFailure("Offline", "Fault")
    await clock.sleep(30_000)
    throw new RemoteFailure("Timeout", "Fault")
  }
  return {
    name: "sim",
    upload: async ({ key, body, contentHash, signal, onProgress }) => {
      line.onTransfer(contentHash)
      await travel(signal)
      const bytes = (body as SimBlob).bytesNow
      if (hashOf(bytes) !== contentHash)
        throw new RemoteFailure("IntegrityMismatch", "Wrong bytes", { status: 400 })
      onProgress(bytes.byteLength, bytes.byteLength)
      if (!remote.objects.has(key)) remote.objects.set(key, bytes)
      // The answer may get lost after the object is there.
      await travel(signal)
      return { key }
    },
    download: async ({ key, contentHash, offset, signal }) => {
      line.onTransfer(contentHash)
      // A page looks like any other answer until its body is checked.
      if (remote.mood === "elsewhere") {
        await clock.sleep(1 + random.below(200))
        const body = new Blob([page]).stream()
        return { offset: 0, totalBytes: page.byteLength, etag: undefined, body, isProven: false }
      }
      await travel(signal)
      const whole = remote.objects.get(key)
      if (whole === undefined) throw new RemoteFailure("NotFound", "No such object", { status: 404 })
      const bytes = whole.slice(offset)
      const isCorrupt = random.chance(remote.faultRate / 3)
      const isCut = random.chance(remote.faultRate / 3)
      const isHanging = random.chance(remote.faultRate / 10)
      if (isCorrupt && bytes.byteLength > 0) bytes[0] = (bytes[0] as number) ^ 1
      const half = bytes.byteLength >> 1
      const pieces = [bytes.slice(0, half), ...(isCut ? [] : [bytes.slice(half)])]
      return {
        offset,
        totalBytes: whole.byteLength,
        etag: undefined,
        body: new ReadableStream({
          async pull(controller) {
            await clock.sleep(1 + random.below(50))
            if (isHanging) return new Promise(() => undefined)
            if (!line.isOnline()) return controller.error(new RemoteFailure("Offline", "Cut"))
            const piece = pieces.shift()
            if (piece === undefined) return controller.close()
            controller.enqueue(piece)
          },
        }),
      }
    },
    batch: {
      maxFiles: 3,
      // Some contents are small enough to travel together, some are not.
      maxFileBytes: 50,
      maxTotalBytes: 50_000,
      uploadMany: async ({ files, signal }) => {
        for (const { contentHash } of files) line.onTransfer(contentHash)
        await travel(signal)
        const results = files.map(({ key, body }) => {
          if (random.chance(remote.faultRate / 3)) return new RemoteFailure("ServerError", "Fault")
          if (!remote.objects.has(key)) remote.objects.set(key, (body as SimBlob).bytesNow)
          return { key }
        })
        await travel(signal)
        return results
      },
      downloadMany: async ({ files, signal, onFile }) => {
        for (const { contentHash } of files) line.onTransfer(contentHash)
        await travel(signal)
        for (const [at, { key }] of files.entries()) {
          // The answer may break off between two members.
          if (random.chance(remote.faultRate / 3)) throw new RemoteFailure("Offline", "Cut")
          const bytes = remote.objects.get(key)?.slice()
          if (bytes !== undefined && random.chance(remote.faultRate / 3)) bytes[0] = 0
          await onFile(at, bytes ?? new RemoteFailure("NotFound", "No such object", { status: 404 }))
          await clock.sleep(random.below(10))
        }
      },
    },
    delete: async ({ key, signal }) => {
      await travel(signal)
      remote.objects.delete(key)
    },
    checkHealth: async ({ signal }) => travel(signal),
  }
}
