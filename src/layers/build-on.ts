import { Context, Effect, Layer, type Scope } from "effect"

/**
 * Builds a layer on what is there, into the scope of whoever asks, and gives what is there then. What
 * `Layer.provideMerge` gives as well for two fibers a layer, so that both could be built at the same time: a page that
 * starts pays a quarter of its allocations for that.
 */
export const buildOn = <Given, Out, E, Needs extends Given>(
  given: Context.Context<Given>,
  layer: Layer.Layer<Out, E, Needs>,
): Effect.Effect<Context.Context<Given | Out>, E, Scope.Scope> =>
  Effect.scope.pipe(
    Effect.flatMap((scope) => Layer.buildWithScope(layer, scope)),
    Effect.provide(given as Context.Context<Needs>),
    Effect.map((built) => Context.merge(given, built)),
  )
