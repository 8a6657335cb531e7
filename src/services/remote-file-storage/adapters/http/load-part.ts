import { RemoteFailure } from "../../../../types/index.js"

/**
 * Loads a part of this program over the line that its requests need anyway. Where that fails, it fails as they would,
 * with `Offline`, and the next call tries again.
 */
export const loadPart = async <A>(importIt: () => Promise<A>): Promise<A> => {
  try {
    return await importIt()
  } catch (cause) {
    throw new RemoteFailure("Offline", "A part of this program could not be loaded", { cause })
  }
}
