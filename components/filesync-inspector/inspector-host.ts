import type { EngineFacts, FileSyncClient, SyncStatus } from "../../src/client/global-client.js"
import type { InspectorMessages } from "./inspector-messages.js"

/** What the inspector gives to each of its parts. */
export interface InspectorHost {
  readonly messages: InspectorMessages
  readonly facts: EngineFacts
  readonly status: SyncStatus | undefined
  /** Reads something from the engine; `undefined` when it throws. */
  ask<Answer>(question: (engine: FileSyncClient) => Answer): Answer | undefined
  /** Runs a command on the engine and shows its error; resolves to whether it succeeded. */
  act(order: (engine: FileSyncClient) => Promise<unknown>): Promise<boolean>
  /** Shows a message and announces it to screen readers. */
  say(sentence: string): void
  requestUpdate(): void
}

/** Facts before the engine has reported any. */
export const noFacts: EngineFacts = {
  records: [],
  transfers: [],
  pinned: [],
  evicted: [],
  cache: { usedBytes: 0, maxBytes: null },
}
