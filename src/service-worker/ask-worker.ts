import type { MessageToWorker, WorkerAnswer } from "./protocol.js"

/** Longest wait for a worker that has to start first, in milliseconds: starting takes tens. */
const answerTimeoutMs = 3_000

/**
 * Sends one message and gives the answer; `undefined` when the worker is not this package's, or is replaced
 * before it answers.
 */
export const askWorker = (
  worker: ServiceWorker,
  message: MessageToWorker,
  timeoutMs = answerTimeoutMs,
): Promise<WorkerAnswer | undefined> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    const finish = (answer: WorkerAnswer | undefined) => {
      clearTimeout(timer)
      worker.removeEventListener("statechange", look)
      port1.close()
      resolve(answer)
    }
    const timer = setTimeout(finish, timeoutMs, undefined)
    const look = () => {
      if (isReplaced(worker)) finish(undefined)
    }
    worker.addEventListener("statechange", look)
    port1.onmessage = (event: MessageEvent<WorkerAnswer>) => finish(event.data)
    worker.postMessage(message, [port2])
  })

/** Another version has replaced this worker; it will not answer any more. */
export const isReplaced = (worker: ServiceWorker): boolean => worker.state === "redundant"
