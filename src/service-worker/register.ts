import { loadBeside } from "../utils/load-beside.js"
import type { StoreConfiguration } from "./protocol.js"

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

/** Why no service worker serves this page; file URLs are blob URLs then. */
export type RegisterFailure =
  /** The browser has none, or hides it in private windows. */
  | "Unsupported"
  /** Neither HTTPS nor localhost. */
  | "InsecureContext"
  /** This page lies outside the scope. */
  | "OutOfScope"
  /** Another worker holds the scope and does not call `handleFileSyncFetch`. */
  | "ScopeTaken"
  | "ScriptMissing"
  /** The script was served, but not as JavaScript (often an app's index page). */
  | "WrongType"
  /** The script lies below the scope and its server sends no fitting `Service-Worker-Allowed`. */
  | "ScopeTooNarrow"
  /** The browser said no: settings, policy, a sandboxed frame, or a script that throws. */
  | "Refused"
  /** The script is a service worker, but not this one or of another protocol. */
  | "NotOurs"
  | "Timeout"

/** What happened, and why. */
export type RegisterResult =
  | {
      readonly controlled: true
      /** `already` in control · `installed` just now · `claimed` after a hard reload · `other-worker` = the app's own. */
      readonly how: "already" | "installed" | "claimed" | "other-worker"
      readonly registration: ServiceWorkerRegistration
      /** It answers the shared worker's URL. */
      readonly sharedWorker: boolean
    }
  | {
      readonly controlled: false
      readonly reason: RegisterFailure
      /** A sentence for a developer. */
      readonly message: string
      readonly cause?: unknown
    }

const loadRegistration = loadBeside(() => import("./registration.js"))

// Begun by the page's own program: whoever is offline when it registers finds it there. Not on a server.
if (typeof document !== "undefined") loadRegistration().catch(() => undefined) // Told to whoever registers.

/** Registers the service worker and waits until it controls this page. Never rejects: without it the app works too. */
export const registerFileSyncServiceWorker = async (
  options: RegisterOptions = {},
): Promise<RegisterResult> => {
  let message = "The part of the program that registers could not be loaded."
  try {
    const { register } = await loadRegistration()
    message = "The browser refused the service worker."
    return await register(options)
  } catch (cause) {
    return { controlled: false, reason: "Refused", message, cause }
  }
}
