import { Context, type Effect } from "effect"
import type { IoFailure, IoRequests } from "./io-worker/protocol.js"

/** Options of one request to the I/O worker. */
export interface IoRequestOptions<Answer = unknown> {
  readonly transfer?: ReadonlyArray<Transferable>
  readonly onProgress?: ((loadedBytes: number) => void) | undefined
  /** Called with the answer, also when it comes after an interruption, which then waits for it. */
  readonly onAnswer?: ((answer: Answer) => void) | undefined
}

/** The one dedicated worker that hashes and writes; interrupting a request aborts it in the worker. */
export class IoWorker extends Context.Tag("filesync/IoWorker")<
  IoWorker,
  {
    /** Fails with the worker's `DOMException` as data. */
    readonly request: <Name extends keyof IoRequests>(
      name: Name,
      request: IoRequests[Name]["request"],
      options?: IoRequestOptions<IoRequests[Name]["answer"]>,
    ) => Effect.Effect<IoRequests[Name]["answer"], IoFailure>
  }
>() {}
