import { Effect, Queue } from "effect"
import { SpaceBudget } from "../../cache/SpaceBudget.js"

/** Time between a transfer's end and the check of the byte budget, so that many transfers share one check. */
const checkDelay = "1 second"

/** Enforces the byte budget now, and again after each signal that content was added. */
export const enforceBudget = (contentAdded: Queue.Dequeue<void>) =>
  Effect.flatMap(SpaceBudget, (space) =>
    space.enforce.pipe(
      Effect.catchAll((error) => Effect.logWarning("Enforcing the byte budget failed", error)),
      Effect.zipRight(Queue.take(contentAdded)),
      Effect.zipRight(Effect.sleep(checkDelay)),
      Effect.forever,
    ),
  )
