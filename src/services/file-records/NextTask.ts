import { Context, Effect } from "effect"

const afterMessage = Effect.async<void>((resume) => {
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    port1.close()
    resume(Effect.void)
  }
  port2.postMessage(null)
})

/**
 * Lets the page do something else before long work continues. Implemented by a message, because timers of hidden tabs
 * fire only once a second. A reference, so that a simulation can replace it.
 */
export class NextTask extends Context.Reference<NextTask>()("filesync/NextTask", {
  defaultValue: (): Effect.Effect<void> => afterMessage,
}) {}
