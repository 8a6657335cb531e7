import { ingest, type RequestContext, storeVerified } from "./ingest.js"
import { makeJournals } from "./journal.js"
import type { IoMessage, IoReply, IoRequests } from "./protocol.js"
import { readBlob } from "./read-blob.js"
import { unfinishedName } from "../../../utils/stored-path.js"
import { Receiver } from "./receive.js"
import { startSha256 } from "./sha256.js"
import { bytesIn, findStored, openStoreFolder, removeEntry, type StoreFolder } from "./store-folder.js"
import { askForSyncAccess } from "./sync-access.js"

type Handlers = {
  readonly [Name in keyof IoRequests]: (
    request: IoRequests[Name]["request"],
    context: RequestContext,
  ) => Promise<IoRequests[Name]["answer"]>
}

const hashBlob = async (file: Blob): Promise<string> => {
  const hasher = await startSha256()
  for await (const bytes of readBlob(file)) hasher.update(bytes)
  return hasher.digest()
}

const makeHandlers = (store: StoreFolder): Handlers => {
  askForSyncAccess(store)
  return { ...contentHandlers(store), ...receiveHandlers(store), ...journalHandlers(store) }
}

const contentHandlers = (store: StoreFolder) =>
  ({
    ingest: ({ file }, context) => ingest(store, file, context),
    hash: async ({ file }) => ({ contentHash: await hashBlob(file) }),
    storeVerified: ({ contentHash, bytes }, context) => storeVerified(store, contentHash, bytes, context),
    remove: async ({ contentHash }) => {
      if ((await findStored(store, contentHash)) !== undefined) {
        await removeEntry(await store.shard(contentHash, { create: false }), contentHash)
      }
      await store.removeThumbnails(contentHash)
      return null
    },
    exists: async ({ contentHashes }) => {
      const found = await Promise.all(contentHashes.map((contentHash) => findStored(store, contentHash)))
      return { present: found.map((handle) => handle !== undefined) }
    },
    list: async () => {
      const contentHashes: string[] = []
      for await (const shard of store.shards()) {
        for await (const name of shard.keys()) contentHashes.push(name)
      }
      return { contentHashes }
    },
    spaceBeside: async () => {
      const thumbnails = await store.thumbnails()
      const [thumbnailBytes, unfinishedBytes] = await Promise.all([
        thumbnails === undefined ? 0 : bytesIn(thumbnails),
        bytesIn(store.unfinished),
      ])
      return { thumbnailBytes, unfinishedBytes }
    },
    verify: async ({ contentHash }) => {
      const handle = await findStored(store, contentHash)
      if (handle === undefined) throw new DOMException("No such content", "NotFoundError")
      return { actualHash: await hashBlob(await handle.getFile()) }
    },
    sweepUnfinished: async ({ keep }) => {
      const kept = new Set(keep.map(unfinishedName))
      const names: string[] = []
      for await (const name of store.unfinished.keys()) if (!kept.has(name)) names.push(name)
      for (const name of names) {
        if (store.inUse.has(name)) continue
        // A file that another tab is writing is locked and stays.
        await removeEntry(store.unfinished, name).catch(() => undefined)
      }
      return null
    },
  }) satisfies Partial<Handlers>

const receiveHandlers = (store: StoreFolder) => {
  const receivers = new Map<number, { readonly receiver: Receiver; queue: Promise<unknown> }>()
  let nextReceiverId = 1

  // Calls for one receiver run one after the other, in the order they came.
  const inOrder = <A>(receiverId: number, use: (receiver: Receiver) => Promise<A>): Promise<A> => {
    const entry = receivers.get(receiverId)
    if (entry === undefined) return Promise.reject(new DOMException("The download was closed", "AbortError"))
    const result = entry.queue.then(() => use(entry.receiver))
    entry.queue = result.catch(() => undefined)
    return result
  }

  return {
    receiveOpen: async ({ contentHash }) => {
      const receiver = await Receiver.open(store, contentHash)
      const receiverId = nextReceiverId++
      receivers.set(receiverId, { receiver, queue: Promise.resolve() })
      return { receiverId, offset: receiver.receivedBytes }
    },
    receiveChunk: ({ receiverId, bytes }) =>
      inOrder(receiverId, async (receiver) => {
        await receiver.write(bytes)
        return { buffer: bytes.buffer }
      }),
    receiveRestart: ({ receiverId }) =>
      inOrder(receiverId, async (receiver) => {
        await receiver.restart()
        return null
      }),
    receivePublish: ({ receiverId }) =>
      inOrder(receiverId, (receiver) => {
        receivers.delete(receiverId)
        return receiver.publish()
      }),
    receiveClose: ({ receiverId }) =>
      receivers.has(receiverId)
        ? inOrder(receiverId, async (receiver) => {
            receivers.delete(receiverId)
            await receiver.close()
            return null
          })
        : Promise.resolve(null),
  } satisfies Partial<Handlers>
}

const journalHandlers = (store: StoreFolder) => {
  const journals = makeJournals(store.outbox)
  return {
    journalAppend: async ({ journal, lines }) => {
      await journals.append(journal, lines)
      return null
    },
    journalTruncate: async ({ journal }) => {
      await journals.truncate(journal)
      return null
    },
    journalList: async () => ({ journals: await journals.list() }),
    journalRead: async ({ journal }) => ({ lines: await journals.read(journal) }),
    journalRemove: async ({ journal }) => {
      await journals.remove(journal)
      return null
    },
  } satisfies Partial<Handlers>
}

let handlers: Promise<Handlers> | undefined
const running = new Map<number, AbortController>()

const reply = (message: IoReply, transfer: ReadonlyArray<Transferable> = []): void =>
  globalThis.postMessage(message, { transfer: [...transfer] })

const buffersIn = (result: object | null): ReadonlyArray<ArrayBuffer> =>
  result !== null && "buffer" in result && result.buffer instanceof ArrayBuffer ? [result.buffer] : []

const answer = async (message: Extract<IoMessage, { type: "request" }>): Promise<void> => {
  const controller = new AbortController()
  running.set(message.id, controller)
  try {
    if (handlers === undefined) throw new DOMException("The store is not open", "InvalidStateError")
    const handler = (await handlers)[message.name] as (
      request: unknown,
      context: RequestContext,
    ) => Promise<IoRequests[keyof IoRequests]["answer"]>
    const result = await handler(message.request, {
      signal: controller.signal,
      onProgress: (loadedBytes) => reply({ type: "progress", id: message.id, loadedBytes }),
    })
    reply({ type: "answer", id: message.id, answer: result }, buffersIn(result))
  } catch (error) {
    const { name, message: text } = error instanceof Error ? error : new Error(String(error))
    reply({ type: "failure", id: message.id, failure: { name, message: text } })
  } finally {
    running.delete(message.id)
  }
}

globalThis.addEventListener("message", (event: MessageEvent<IoMessage>) => {
  const message = event.data
  if (message.type === "open") {
    handlers = openStoreFolder(message.folder).then(makeHandlers)
    // The error is sent to each request that needs it.
    handlers.catch(() => undefined)
  } else if (message.type === "abort") {
    running.get(message.id)?.abort()
  } else {
    void answer(message)
  }
})
