import { makeWorker } from "@livestore/adapter-web/worker"
import { makeMockSyncBackend } from "@livestore/common/sync"
import { Effect } from "effect"
import { hook, schema } from "./schema.js"

const channel = new BroadcastChannel("head-before-events")
let isFirst = true

// The hash of a pulled event is computed first, by the same materializer; the second call is the one that writes.
if (new URL(self.location.href).searchParams.has("stop")) {
  hook.beforeEvent = () => {
    if (!isFirst) {
      channel.postMessage("materializing")
      for (;;);
    }
    isFirst = false
  }
}

const event = (seqNum: number) => ({
  name: "v1.NoteAdded",
  args: { id: `note-${seqNum}` },
  seqNum,
  parentSeqNum: seqNum - 1,
  clientId: "other",
  sessionId: "other",
})

/** A backend with two events of another client. */
const backend = () =>
  Effect.gen(function* () {
    const mock = yield* makeMockSyncBackend({ startConnected: true })
    yield* mock.advance(...([event(1), event(2)] as unknown as Parameters<typeof mock.advance>))
    return yield* mock.makeSyncBackend
  }).pipe(Effect.withSpan("backend"))

makeWorker({
  schema,
  sync: { backend: backend as never, initialSyncOptions: { _tag: "Skip" } },
})
