import { storeFolderName } from "../utils/stored-path.js"
import { forgetServiceWorkerStore } from "./configure.js"

/**
 * How long the leader lock is waited for: an uploading worker releases it within a quarter of a second, a tab that has
 * the store open does not.
 */
const releaseTimeoutMs = 3_000

/**
 * For signing out, after `dispose`: the service worker serves this store no more, keeps no token of it, and ends its
 * downloads and uploads. Resolves with `true` when that is so, also when there is no service worker; with `false` when
 * one does not answer, or another tab still has the store open and would register it again. Deletes no file.
 */
export const forgetFileSyncServiceWorker = async (storeId: string): Promise<boolean> => {
  const container = globalThis.navigator?.serviceWorker as ServiceWorkerContainer | undefined
  if (container === undefined) return true
  const registrations = await container.getRegistrations()
  // After a hard reload no worker controls the page, and yet one is there.
  const workers = new Set([container.controller, ...registrations.map(({ active }) => active)])
  workers.delete(null)
  const storeFolder = storeFolderName(storeId)
  const answers = await Promise.all(
    [...workers].map((worker) => forgetServiceWorkerStore(storeFolder, worker)),
  )
  if (workers.size > 0 && !answers.includes(true)) return false
  // The leader holds this lock, and a worker gives it back to any page that asks.
  const released = AbortSignal.timeout(releaseTimeoutMs)
  return navigator.locks
    .request(`livestore-filesync:${storeId}`, { signal: released }, () => true)
    .catch(() => false)
}
