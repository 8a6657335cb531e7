import { askWorker } from "./ask-worker.js"

/**
 * The worker of this registration once it controls this page; `undefined` after the time.
 * A page that was reloaded by force is not controlled by rule, so an active worker is asked to claim it.
 */
export const waitForControl = (
  registration: ServiceWorkerRegistration,
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
      if (controller !== null && belongsTo(registration, controller)) finish(controller)
    }
    container.addEventListener("controllerchange", look)
    look()
    void activeWorker(registration)
      .then((worker) => askWorker(worker, { type: "filesync:claim" }))
      .then(look)
  })

const belongsTo = (registration: ServiceWorkerRegistration, worker: ServiceWorker): boolean =>
  [registration.active, registration.waiting, registration.installing].includes(worker)

const activeWorker = (registration: ServiceWorkerRegistration): Promise<ServiceWorker> =>
  new Promise((resolve) => {
    const candidate = registration.active ?? registration.waiting ?? registration.installing
    if (candidate === null) return
    const look = () => {
      if (candidate.state !== "activated" && candidate.state !== "activating") return
      candidate.removeEventListener("statechange", look)
      resolve(candidate)
    }
    candidate.addEventListener("statechange", look)
    look()
  })
