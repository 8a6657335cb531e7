/** Why no service worker serves this page; file URLs are blob URLs then. */
export type RegisterFailure =
  /** The browser has none, or hides it in private windows. */
  | "Unsupported"
  /** Neither HTTPS nor localhost. */
  | "InsecureContext"
  /** This page lies outside the scope. */
  | "OutOfScope"
  /** Another service worker controls the scope and does not call `handleFileSyncFetch`. */
  | "ScopeTaken"
  | "ScriptMissing"
  /** The script was served, but not as JavaScript (often an app's index page). */
  | "WrongType"
  /** The script lies below the scope and its server sends no fitting `Service-Worker-Allowed`. */
  | "ScopeTooNarrow"
  /** The browser refused: settings, policy, a sandboxed frame, or a script that throws. */
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
