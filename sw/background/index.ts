/** The bonus tier: uploads that go on after the last tab was closed, where the browser has Background Sync. */
import { backgroundUploadsTag } from "../../src/service-worker/protocol.js"
import type { WorkerScope } from "../worker-scope.js"
import { flushOutbox } from "./flush-outbox.js"

/** Options of uploads in the background. */
export interface BackgroundUploadOptions {
  /** Idle timeout of a request, in milliseconds; after it, the upload waits for the browser's next sync event. Default 60,000. */
  readonly idleTimeoutMs?: number | undefined
}

/** Answers the browser's Background Sync; call it while the worker's script runs for the first time. */
export const installBackgroundUploads = (
  self: WorkerScope,
  { idleTimeoutMs }: BackgroundUploadOptions = {},
): void =>
  self.addEventListener("sync", (event) => {
    // A rejection makes the browser ask again later, a few times.
    if (event.tag === backgroundUploadsTag) event.waitUntil(flushOutbox(idleTimeoutMs))
  })
