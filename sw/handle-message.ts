import { type MessageToWorker, protocolVersion, type WorkerAnswer } from "../src/service-worker/protocol.js"
import { welcomePage } from "./ask-pages.js"
import type { FileSyncFetchOptions } from "./handle-fetch.js"
import { forgetStore, registerStore } from "./store-registry.js"
import { type MessageEventLike, scope } from "./worker-scope.js"

/** Answers the pages' messages and says `true`; says `false` and does nothing for an app's own messages. */
export const handleFileSyncMessage = (
  event: MessageEventLike,
  options: FileSyncFetchOptions = {},
): boolean => {
  const message = event.data as MessageToWorker | null
  const work =
    typeof message === "object" && message !== null ? obey(message, event.source, options) : undefined
  if (work === undefined) return false
  const answered = work
    .catch((error): WorkerAnswer => ({ type: "failed", reason: String(error) }))
    .then((answer) => event.ports[0]?.postMessage(answer))
  event.waitUntil(answered)
  return true
}

const obey = (
  message: MessageToWorker,
  source: MessageEventLike["source"],
  options: FileSyncFetchOptions,
): Promise<WorkerAnswer> | undefined => {
  switch (message.type) {
    case "filesync:hello":
      return Promise.resolve({
        type: "hello",
        protocolVersion,
        sharedWorker: options.sharedWorkerUrl !== undefined,
      })
    case "filesync:claim":
      return scope().clients.claim().then(done)
    case "filesync:configure": {
      const { type: _, ...configuration } = message
      return registerStore(configuration).then(done)
    }
    case "filesync:forget":
      return forgetStore(message.storeFolder).then(done)
    case "filesync:present":
      if (source !== null) welcomePage(source, message.storeFolder)
      return Promise.resolve(done())
    default:
      return undefined
  }
}

const done = (): WorkerAnswer => ({ type: "done" })
