import { askWorker, isReplaced } from "./ask-worker.js"
import { configureServiceWorker } from "./configure.js"
import { explainRefusal } from "./explain-refusal.js"
import { protocolVersion, type StoreConfiguration, type WorkerAnswer } from "./protocol.js"
import type { RegisterFailure, RegisterResult } from "./register-result.js"
import { waitForControl } from "./wait-for-control.js"

export type { RegisterFailure, RegisterResult } from "./register-result.js"

/** Where the worker is and what it shall do. */
export interface RegisterOptions {
  /** Same-origin script; at or above `/livestore-filesync-files/`. Default `/filesync-sw.js`. */
  readonly url?: string | URL
  /** Default `/`. */
  readonly scope?: string
  /** Default `"classic"`, which every browser has. */
  readonly type?: WorkerType
  /** Default `"none"`: the script and what it imports are checked for updates on every visit. */
  readonly updateViaCache?: ServiceWorkerUpdateViaCache
  /** Stores the worker shall serve; they are written down before the result is given. */
  readonly stores?: ReadonlyArray<StoreConfiguration>
  /** Replace another worker that holds exactly this scope. Default `false`: an app's own worker is left alone. */
  readonly replaceOther?: boolean
  /** Longest wait for the worker to control this page, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number
}

/** Registers the service worker and waits until it controls this page. Never rejects: without it the app works too. */
export const registerFileSyncServiceWorker = async (
  options: RegisterOptions = {},
): Promise<RegisterResult> => {
  try {
    return await register(options)
  } catch (cause) {
    return failed("Refused", "The browser refused the service worker.", cause)
  }
}

/** Registers, and waits for control. Rejects where the browser throws. */
const register = async (options: RegisterOptions): Promise<RegisterResult> => {
  if (!globalThis.isSecureContext)
    return failed("InsecureContext", "Service workers need HTTPS or localhost.")
  const container = navigator.serviceWorker
  if (container === undefined)
    return failed("Unsupported", "This browser, or this window, has no service workers.")
  // Without a fragment, which a worker's `scriptURL` does not have either.
  const [url = ""] = new URL(options.url ?? "/filesync-sw.js", document.baseURI).href.split("#")
  const scope = new URL(options.scope ?? "/", document.baseURI).href
  if (!location.href.startsWith(scope)) return failed("OutOfScope", `This page is not below ${scope}.`)

  const before = await container.getRegistration(scope)
  const present = before?.scope === scope ? (before.active ?? before.waiting ?? before.installing) : null
  if (before && present && present.scriptURL !== url && options.replaceOther !== true) {
    const hello = await greet(present)
    if (hello === undefined) {
      return failed("ScopeTaken", `${present.scriptURL} holds ${scope}: call handleFileSyncFetch in it.`)
    }
    return settle(before, present.scriptURL, options, "other-worker")
  }

  const wasActive = present !== null && before?.active !== null
  const wasControlled = container.controller !== null
  let registration: ServiceWorkerRegistration
  try {
    registration = await container.register(url, {
      scope,
      type: options.type ?? "classic",
      updateViaCache: options.updateViaCache ?? "none",
    })
  } catch (cause) {
    const { reason, message } = await explainRefusal(url, scope)
    return failed(reason, message, cause)
  }
  return settle(registration, url, options, !wasActive ? "installed" : wasControlled ? "already" : "claimed")
}

const settle = async (
  registration: ServiceWorkerRegistration,
  url: string,
  options: RegisterOptions,
  how: Extract<RegisterResult, { controlled: true }>["how"],
): Promise<RegisterResult> => {
  const worker = await waitForControl(registration, url, options.timeoutMs ?? 10_000)
  if (worker === undefined) return failed("Timeout", "The service worker did not take control in time.")
  const hello = await greet(worker)
  // An older version of the same script was replaced while it was asked: ask its successor.
  if (hello === undefined && isReplaced(worker)) return settle(registration, url, options, how)
  if (hello === undefined)
    return failed("NotOurs", `${worker.scriptURL} is not a fitting file service worker.`)
  for (const store of options.stores ?? []) await configureServiceWorker(store, worker)
  return { controlled: true, how, registration, sharedWorker: hello.sharedWorker }
}

const greet = async (worker: ServiceWorker): Promise<WorkerAnswer | undefined> => {
  const answer = await askWorker(worker, { type: "filesync:hello" })
  return answer?.protocolVersion === protocolVersion ? answer : undefined
}

const failed = (reason: RegisterFailure, message: string, cause?: unknown): RegisterResult => ({
  controlled: false,
  reason,
  message,
  ...(cause === undefined ? {} : { cause }),
})
