import { askWorker } from "./ask-worker.js"

/**
 * The worker of this registration that runs this script, once it controls this page; `undefined` after the time. Until
 * then another script's worker, which is being replaced, may control it under the same registration. By specification a force-reloaded page is not controlled, so an active worker is asked to claim it.
 */
export const waitForControl = (
  registration: ServiceWorkerRegistration,
  scriptUrl: string,
  timeoutMs: number,
): Promise<ServiceWorker | undefined> =>
  new Promise((resolve) => {
    const container = navigator.serviceWorker
    const timer = setTimeout(() => finish(undefined), timeoutMs)
    const finish = (worker: ServiceWorker | undefined) => {
      clearTimeout(timer)
      container.removeEventListener("controllerchange", look)
      resolve(worker)
    }
    const look = () => {
      const { controller } = container
      if (controller?.scriptURL === scriptUrl && belongsTo(registration, controller)) finish(controller)
    }
    container.addEventListener("controllerchange", look)
    look()
    void activeWorker(registration, scriptUrl)
      .then((worker) => askWorker(worker, { type: "filesync:claim" }))
      .then(look)
  })

const belongsTo = (registration: ServiceWorkerRegistration, worker: ServiceWorker): boolean =>
  [registration.active, registration.waiting, registration.installing].includes(worker)

const activeWorker = (registration: ServiceWorkerRegistration, scriptUrl: string): Promise<ServiceWorker> =>
  new Promise((resolve) => {
    const { active, waiting, installing } = registration
    const candidate = [active, waiting, installing].find((worker) => worker?.scriptURL === scriptUrl)
    if (!candidate) return
    const look = () => {
      if (candidate.state !== "activated" && candidate.state !== "activating") return
      candidate.removeEventListener("statechange", look)
      resolve(candidate)
    }
    candidate.addEventListener("statechange", look)
    look()
  })
