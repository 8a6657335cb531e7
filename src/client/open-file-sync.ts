import type { CreateFileSyncOptions, FileSyncHandle } from "./create-file-sync.js"

/** Options of {@link openFileSync}: those of `createFileSync`, for a store that may still be opening. */
export interface OpenFileSyncOptions extends Omit<CreateFileSyncOptions, "store"> {
  /** A LiveStore store whose schema came from `extendSchema`, or a promise of one. */
  readonly store: CreateFileSyncOptions["store"] | PromiseLike<CreateFileSyncOptions["store"]>
  /** `false` = syncing begins with `start()`. Default `true`. */
  readonly autoStart?: boolean
}

/**
 * Gives a LiveStore store files, also one that is still opening: the engine's program loads and its worker starts
 * meanwhile. Resolves with the engine, which has started unless `autoStart: false`. This module is small; the engine is
 * loaded by the first call. Rejects with what opening the store fails with, and with `ConfigError`
 * (`MissingSchema`, `InvalidOption`).
 */
export const openFileSync = async (options: OpenFileSyncOptions): Promise<FileSyncHandle> => {
  const { store: opening, autoStart = true, ...rest } = options
  const preparing = import("./prepare-engine.js").then(({ prepareEngine }) => prepareEngine(rest))
  // Both at once; the one that fails first says why.
  const [prepared, store] = await Promise.all([preparing, opening]).catch(async (cause: unknown) => {
    // There will be no engine that could end what was prepared for it.
    void preparing.then(({ release }) => release()).catch(() => undefined)
    throw cause
  })
  const fileSync = prepared.create(store)
  if (autoStart) await fileSync.start()
  return fileSync
}
