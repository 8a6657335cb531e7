import type { LoggedEvent } from "./mark-references.js"
import { type PulledBatch, toLoggedEvent } from "./sync-events.js"

/** The address of LiveStore's sync backend, and the payload it asks for. */
export interface FetchSyncEventsOptions {
  /** The address that the app's own sync uses, with `https:` or `wss:` (without the `s` only on this machine). */
  readonly url: string
  /** LiveStore's `syncPayload`, as the backend's `validatePayload` expects it. LiveStore sends it in the address. */
  readonly payload?: unknown
  /** Sent along, such as an `Authorization` that the Worker looks at. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long the answer may take, in ms. Default 60,000. */
  readonly timeoutMs?: number
  readonly fetch?: (request: Request) => Promise<Response>
}

type RpcAnswer =
  | { readonly _tag: "Chunk"; readonly values: ReadonlyArray<PulledBatch> }
  | { readonly _tag: "Exit"; readonly exit: { readonly _tag: string } }
  | { readonly _tag: string }

/**
 * Every event that LiveStore's sync backend on Cloudflare holds for a store, in order, over HTTP from anywhere (LiveStore
 * 0.4, whose `http` transport must not be switched off). Fails rather than giving a part of them. Within the Worker
 * itself take `syncEvents`.
 */
export const fetchSyncEvents = async (
  storeId: string,
  options: FetchSyncEventsOptions,
): Promise<ReadonlyArray<LoggedEvent>> => {
  const { payload, headers = {}, timeoutMs = 60_000, fetch: send = (request) => fetch(request) } = options
  const address = new URL(options.url.replace(/^ws(?=s?:)/, "http"))
  address.searchParams.set("storeId", storeId)
  address.searchParams.set("transport", "http")
  if (payload !== undefined) {
    address.searchParams.set("payload", encodeURIComponent(JSON.stringify(payload)))
  }
  const asked = { storeId, payload, cursor: { _tag: "None" } }
  const answer = await send(
    new Request(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-LiveStore-Store-Id": storeId, ...headers },
      body: JSON.stringify({
        _tag: "Request",
        id: "1",
        tag: "SyncHttpRpc.Pull",
        payload: asked,
        headers: [],
      }),
      signal: AbortSignal.timeout(timeoutMs),
    }),
  )
  const text = await answer.text()
  if (!answer.ok) throw new Error(`the sync backend answered ${answer.status}`)
  return eventsOf(parse(text))
}

const parse = (text: string): ReadonlyArray<RpcAnswer> => {
  try {
    const answers = JSON.parse(text) as unknown
    if (Array.isArray(answers)) return answers as ReadonlyArray<RpcAnswer>
  } catch {
    // Reported below: a sync backend does not answer like this.
  }
  throw new Error("what answers there is not LiveStore's sync backend")
}

const eventsOf = (answers: ReadonlyArray<RpcAnswer>): ReadonlyArray<LoggedEvent> => {
  const last = answers.at(-1)
  if (last === undefined || !("exit" in last) || last.exit._tag !== "Success") {
    throw new Error("the sync backend refused to give its events")
  }
  const batches = answers.flatMap((one) => ("values" in one ? one.values : []))
  if (batches.at(-1)?.pageInfo?._tag !== "NoMore")
    throw new Error("the sync backend gave a part of its events")
  return batches.flatMap(({ batch }) => batch.map(toLoggedEvent))
}
