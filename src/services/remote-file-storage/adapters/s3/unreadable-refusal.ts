import {
  type DownloadAnswer,
  type DownloadRequest,
  RemoteFailure,
  type RemoteStorageAdapter,
} from "../../../../types/index.js"
import { isRemoteFailure } from "../http/failure.js"
import { type DirectLine, getDirect } from "./direct.js"

/**
 * Fetches bytes from the store, and asks our server when the store cannot be reached: some stores (OpenStack Swift) put
 * no CORS headers on a refusal, and then a page cannot distinguish "not found" or "no such range" from a broken connection.
 */
export const downloadExplained = async (
  line: DirectLine,
  request: DownloadRequest,
  head: RemoteStorageAdapter["head"],
): Promise<DownloadAnswer> => {
  try {
    return await getDirect(line, request)
  } catch (error) {
    if (!isUnreadable(error) || head === undefined) throw error
    const found = await head(request).catch(() => {
      // Our server does not answer either, so it is the connection.
      throw error
    })
    if (found === undefined) throw new RemoteFailure("NotFound", "The store has nothing at this key")
    if (request.offset === 0 || request.offset < found.sizeBytes) throw error
    return getDirect(line, { ...request, offset: 0 })
  }
}

/** Throws `NotFound` when a store could not be reached and our server says that there is no such thing; else the failure. */
export const throwExplained = async (error: unknown, ask: () => Promise<unknown>): Promise<never> => {
  if (!isUnreadable(error)) throw error
  try {
    await ask()
  } catch (failure) {
    if (isRemoteFailure(failure) && failure.reason === "NotFound") throw failure
  }
  throw error
}

/** A refusal that a page cannot read, or that came without the store's own words. */
const isUnreadable = (error: unknown): boolean =>
  isRemoteFailure(error) && (error.reason === "Offline" || error.foreign === "not-found-page")
