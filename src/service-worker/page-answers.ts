import type { Unsubscribe } from "../types/index.js"
import type { ArrivingBytes, HelloMessage, PresentMessage, WantAnswer, WantMessage } from "./protocol.js"

/**
 * How often a page that fetches for a worker sends it a message, in milliseconds. Firefox ends a worker without events for a
 * minute, whatever it still does, and the answer under way ends short, as if it were whole. This is far below that.
 */
const greetEveryMs = 5_000

/** How a page with an engine answers the service worker. */
export interface ServiceWorkerAnswers {
  /** Only requests for this store reach `want`; those for another store are answered by that store's engine. */
  readonly storeFolder: string
  /**
   * Downloads the content into OPFS, first in the queue. `ready` = verified and published. `report` may be called while
   * bytes arrive, so that a video starts before it is complete; it is optional.
   */
  readonly want: (
    contentHash: string,
    report: (arriving: ArrivingBytes) => void,
  ) => Promise<"ready" | "unknown" | { readonly failed: string }>
}

/** Answers the service worker's questions from now on; the returned function ends it. */
export const answerServiceWorker = (answers: ServiceWorkerAnswers): Unsubscribe => {
  const container = typeof navigator === "undefined" ? undefined : navigator.serviceWorker
  if (container === undefined) return () => {}
  const onMessage = (event: MessageEvent) => {
    const message = event.data as WantMessage | null
    const port = event.ports[0]
    if (
      message?.type !== "filesync:want" ||
      message.storeFolder !== answers.storeFolder ||
      port === undefined
    )
      return
    // It is the worker that asked.
    const worker = event.source as ServiceWorker
    void answerOne(answers, message.contentHash, port, worker)
  }
  container.addEventListener("message", onMessage)
  // Messages are held back until the document is parsed unless asked for; a waiting image should not wait for that.
  container.startMessages()
  container.controller?.postMessage({
    type: "filesync:present",
    storeFolder: answers.storeFolder,
  } satisfies PresentMessage)
  return () => container.removeEventListener("message", onMessage)
}

const answerOne = async (
  answers: ServiceWorkerAnswers,
  contentHash: string,
  port: MessagePort,
  worker: ServiceWorker,
): Promise<void> => {
  const say = (answer: WantAnswer) => port.postMessage(answer)
  const greet = () => worker.postMessage({ type: "filesync:hello" } satisfies HelloMessage)
  const greeting = setInterval(greet, greetEveryMs)
  say({ type: "accepted" })
  try {
    const outcome = await answers.want(contentHash, (arriving) => say({ type: "arriving", ...arriving }))
    say(typeof outcome === "object" ? { type: "failed", reason: outcome.failed } : { type: outcome })
  } catch (error) {
    say({ type: "failed", reason: error instanceof Error ? error.name : "Unknown" })
  } finally {
    clearInterval(greeting)
    port.close()
  }
}
