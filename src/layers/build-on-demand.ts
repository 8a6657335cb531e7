import { Context, Effect, Layer, Runtime, type Scope } from "effect"
import { StorageError } from "../errors/index.js"

/**
 * A service whose layer loads late: built once, into the scope and with the services of whoever prepares it. Fails with
 * `StorageError` (`Unavailable`) where it cannot be loaded; the next who asks tries again.
 */
export const buildOnDemand = <Identifier, Service, Needs>(
  tag: Context.Tag<Identifier, Service>,
  load: () => Promise<Layer.Layer<Identifier, never, Needs>>,
): Effect.Effect<Effect.Effect<Service, StorageError>, never, Needs | Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope
    const runtime = yield* Effect.runtime<Needs>()
    let built: Service | undefined
    // A promise: `Effect.cached` would keep the interruption of whoever asked first, for ever.
    let building: Promise<Service> | undefined
    const build = async (): Promise<Service> => {
      const layer = await load()
      return Context.get(await Runtime.runPromise(runtime)(Layer.buildWithScope(layer, scope)), tag)
    }
    const start = (): Promise<Service> => {
      if (building === undefined) {
        building = build()
        building.then(
          (service) => (built = service),
          () => (building = undefined),
        )
      }
      return building
    }
    return Effect.suspend(() =>
      // At once when it is there: what needs no waiting should not wait.
      built !== undefined
        ? Effect.succeed(built)
        : Effect.tryPromise({
            try: start,
            catch: (cause) =>
              new StorageError({ reason: "Unavailable", operation: "load the program", cause }),
          }),
    )
  })
