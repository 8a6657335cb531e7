import type { LoggedEvent } from "./mark-references.js"

/** A Durable Object of LiveStore's sync backend, as far as it is used here. */
export interface SyncBackendStub {
  fetch(request: Request): Promise<Response>
}

interface WorkerSocket extends EventTarget {
  accept(): void
  send(text: string): void
  close(): void
}

/** One answer of a pull. */
export interface PulledBatch {
  readonly batch: ReadonlyArray<{
    readonly eventEncoded: { readonly name: string; readonly args: unknown }
    readonly metadata:
      | { readonly _tag: "None" }
      | { readonly _tag: "Some"; readonly value: { readonly createdAt: string } }
  }>
  readonly pageInfo?: { readonly _tag: string }
}

/** How long a sync backend may be silent, in ms. */
const silenceMs = 30_000

/**
 * Every event that LiveStore's sync backend holds for a store, in order, read as its clients read it (LiveStore 0.4:
 * JSON messages over a WebSocket). Fails rather than giving a part of them.
 */
export const syncEvents = async (
  stub: SyncBackendStub,
  storeId: string,
): Promise<ReadonlyArray<LoggedEvent>> => {
  const address = new URL("http://sync/sync")
  address.searchParams.set("storeId", storeId)
  address.searchParams.set("transport", "ws")
  const answer = await stub.fetch(new Request(address, { headers: { Upgrade: "websocket" } }))
  const socket = (answer as Response & { readonly webSocket?: WorkerSocket | null }).webSocket
  if (!socket) throw new Error(`the sync backend answered ${answer.status}`)
  return new Promise((resolve, reject) => {
    const events: Array<LoggedEvent> = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const end = (error?: Error): void => {
      clearTimeout(timer)
      socket.close()
      if (error === undefined) resolve(events)
      else reject(error)
    }
    const waitOn = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => end(new Error("the sync backend is silent")), silenceMs)
    }
    const take = (message: unknown): void => {
      const {
        _tag,
        values = [],
        exit,
      } = message as {
        readonly _tag: string
        readonly values?: ReadonlyArray<PulledBatch>
        readonly exit?: { readonly _tag: string }
      }
      if (_tag === "Chunk") {
        for (const { batch } of values) events.push(...batch.map(toLoggedEvent))
        socket.send(JSON.stringify({ _tag: "Ack", requestId: "1" }))
      } else if (_tag === "Exit") {
        end(exit?._tag === "Success" ? undefined : new Error("the sync backend refused to give its events"))
      } else if (_tag === "Defect" || _tag === "ClientProtocolError") {
        end(new Error("the sync backend did not understand"))
      }
    }
    socket.addEventListener("message", (event) => {
      waitOn()
      try {
        const message = JSON.parse(String((event as MessageEvent).data)) as unknown
        for (const one of Array.isArray(message) ? message : [message]) take(one)
      } catch (error) {
        end(error instanceof Error ? error : new Error(String(error)))
      }
    })
    socket.addEventListener("close", () => end(new Error("the sync backend hung up")))
    socket.accept()
    waitOn()
    const payload = { storeId, live: false, cursor: { _tag: "None" } }
    socket.send(JSON.stringify({ _tag: "Request", id: "1", tag: "SyncWsRpc.Pull", payload, headers: [] }))
  })
}

/** An event as `markReferences` takes it. */
export const toLoggedEvent = ({ eventEncoded, metadata }: PulledBatch["batch"][number]): LoggedEvent => ({
  name: eventEncoded.name,
  args: eventEncoded.args,
  storedAtMs: metadata._tag === "Some" ? timeOf(metadata.value.createdAt) : Date.now(),
})

/** An event of unknown age counts as new, so that content which it replaced is kept. */
const timeOf = (text: string): number => {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? Date.now() : ms
}
