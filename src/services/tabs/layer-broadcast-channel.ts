import { Effect, Layer } from "effect"
import { TabChannel, type TabMessage } from "./TabChannel.js"

/** Tab messages by `BroadcastChannel`. */
export const layerBroadcastChannel = (storeId: string) =>
  Layer.scoped(
    TabChannel,
    Effect.gen(function* () {
      const channel = yield* Effect.acquireRelease(
        Effect.sync(() => new BroadcastChannel(`livestore-filesync:${storeId}`)),
        (open) => Effect.sync(() => open.close()),
      )
      const listeners = new Set<(message: TabMessage) => void>()
      channel.onmessage = (event: MessageEvent<TabMessage>) => {
        for (const listener of listeners) listener(event.data)
      }
      return {
        tabId: crypto.randomUUID(),
        post: (message) => Effect.sync(() => channel.postMessage(message)),
        listen: (listener) =>
          Effect.acquireRelease(
            Effect.sync(() => void listeners.add(listener)),
            () => Effect.sync(() => void listeners.delete(listener)),
          ),
      }
    }),
  )
