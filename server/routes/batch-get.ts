import type { StoredObject } from "../object-storage.js"
import { HttpProblem, type ProblemReason } from "../problem.js"
import { field, readJson } from "./declared-body.js"
import type { RouteContext } from "./route-context.js"

/** Bytes allowed for each key asked for, with its JSON. */
const maxBytesPerKey = 800

/**
 * A 200 whose body is, for each key in order, one line of JSON and then that many bytes; last comes a line
 * `{"end":true,"count":n}`, so that a cut answer is seen to be cut. Members are opened one after the other.
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

async function* members(
  keys: ReadonlyArray<string>,
  context: RouteContext,
): AsyncGenerator<Uint8Array, void, void> {
  let roomBytes = context.limits.maxBatchBytes
  for (const key of keys) {
    const refusal: ProblemReason | undefined = !context.isKey(key)
      ? "BadKey"
      : context.mayAccess(key)
        ? undefined
        : "Forbidden"
    if (refusal !== undefined) {
      yield refusalLine(key, refusal)
      continue
    }
    const found = await context.storage.read(key)
    if (found === undefined) {
      yield refusalLine(key, "NotFound")
    } else if (found.object.sizeBytes > roomBytes) {
      await found.body.cancel()
      yield refusalLine(key, "TooLarge")
    } else {
      roomBytes -= found.object.sizeBytes
      yield memberLine(found.object)
      yield* chunksOf(found.body)
    }
  }
  yield line({ end: true, count: keys.length })
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const reader = body.getReader()
  try {
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
