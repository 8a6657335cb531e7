import type { StoredObject } from "../object-storage.js"
import { HttpProblem, type ProblemReason } from "../problem.js"
import { field, readJson } from "./declared-body.js"
import type { RouteContext } from "./route-context.js"

/** Bytes allowed for each key asked for, with its JSON. */
const maxBytesPerKey = 800

/**
 * A 200 whose body is, for each key in order, one line of JSON and then that many bytes; last comes a line
 * `{"end":true,"count":n}`, so that a cut answer is seen to be cut.
 */
export const getBatch = async (context: RouteContext): Promise<Response> => {
  const { request, limits } = context
  const keys = field(await readJson(request, limits.maxBatchFiles * maxBytesPerKey), "keys")
  if (!Array.isArray(keys) || !keys.every((key): key is string => typeof key === "string")) {
    throw new HttpProblem("BadRequest", "Name the keys.")
  }
  if (keys.length > limits.maxBatchFiles) {
    throw new HttpProblem("TooLarge", `A batch may have ${limits.maxBatchFiles} files.`)
  }
  const source = members(keys, context)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const step = await source.next()
        if (step.done === true) controller.close()
        else controller.enqueue(step.value)
      } catch (error) {
        controller.error(error)
      }
    },
    async cancel() {
      await source.return(undefined)
    },
  })
  return new Response(body, {
    headers: {
      "Content-Type": "application/vnd.livestore-filesync.batch",
      "Content-Disposition": "attachment",
      "Content-Security-Policy": "sandbox; default-src 'none'",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store, no-transform",
    },
  })
}

/** Members opened before it is their turn, so that the store's answers overlap. */
const openedAhead = 6

async function* members(
  keys: ReadonlyArray<string>,
  context: RouteContext,
): AsyncGenerator<Uint8Array, void, void> {
  let roomBytes = context.limits.maxBatchBytes
  const opening = new Map<number, ReturnType<typeof context.storage.read>>()
  const refusalOf = (key: string): ProblemReason | undefined => {
    if (!context.isKey(key)) return "BadKey"
    return context.mayAccess(key) ? undefined : "Forbidden"
  }
  const open = (at: number) => {
    const key = keys[at]
    if (key === undefined || opening.has(at) || refusalOf(key) !== undefined) return
    const reading = context.storage.read(key)
    // Thrown when its turn comes.
    reading.catch(() => undefined)
    opening.set(at, reading)
  }
  try {
    for (const [at, key] of keys.entries()) {
      for (let ahead = at; ahead <= at + openedAhead; ahead++) open(ahead)
      const refusal = refusalOf(key)
      if (refusal !== undefined) {
        yield refusalLine(key, refusal)
        continue
      }
      const found = await opening.get(at)
      opening.delete(at)
      if (found === undefined) {
        yield refusalLine(key, "NotFound")
      } else if (found.object.sizeBytes > roomBytes) {
        await found.body.cancel()
        yield refusalLine(key, "TooLarge")
      } else {
        roomBytes -= found.object.sizeBytes
        yield* memberOf(found.object, found.body)
      }
    }
    yield line({ end: true, count: keys.length })
  } finally {
    // The reader went away, or a member failed: what was opened ahead is closed again.
    for (const reading of opening.values()) {
      reading.then((found) => found?.body.cancel()).catch(() => undefined)
    }
  }
}

/** The line and the bytes of a member; its file is closed also when the reader goes away right after the line. */
async function* memberOf(
  object: StoredObject,
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader()
  try {
    yield memberLine(object)
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value
  } finally {
    await reader.cancel()
  }
}

const memberLine = ({ key, sizeBytes, contentHash, mimeType }: StoredObject): Uint8Array =>
  line({ key, status: 200, sizeBytes, contentHash, mimeType })

const refusalLine = (key: string, reason: ProblemReason): Uint8Array =>
  line({ key, status: new HttpProblem(reason, "").status, sizeBytes: 0, reason })

const line = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`)
