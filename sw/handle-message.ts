import { type MessageToWorker, protocolVersion, type WorkerAnswer } from "../src/service-worker/protocol.js"
import { onClientReady } from "./request-from-clients.js"
import { type FileSyncFetchOptions, rememberSharedWorker } from "./handle-fetch.js"
import { forgetStore, registerStore } from "./store-registry.js"
import { type MessageEventLike, scope, type WindowClientLike } from "./worker-scope.js"

/** Answers the pages' messages and says `true`; says `false` and does nothing for an app's own messages. */
export const handleFileSyncMessage = (
  event: MessageEventLike,
  { sharedWorkerUrl }: FileSyncFetchOptions = {},
): boolean => {
  const message = event.data as MessageToWorker | null
  let work: Promise<void> | undefined
  switch (message?.type) {
    case "filesync:hello":
      break
    case "filesync:claim":
      work = scope().clients.claim()
      break
    case "filesync:configure":
      work = registerStore(message)
      break
    case "filesync:forget":
      work = forgetStore(message.storeFolder)
      break
    case "filesync:shared-worker":
      work = rememberSharedWorker(message.url)
      break
    case "filesync:present":
      if (event.source) onClientReady(event.source as WindowClientLike, message.storeFolder)
      break
    default:
      return false
  }
  const answer = (isDone: boolean) =>
    event.ports[0]?.postMessage({
      isDone,
      protocolVersion,
      sharedWorker: !!sharedWorkerUrl,
    } satisfies WorkerAnswer)
  event.waitUntil(
    Promise.resolve(work).then(
      () => answer(true),
      () => answer(false),
    ),
  )
  return true
}
