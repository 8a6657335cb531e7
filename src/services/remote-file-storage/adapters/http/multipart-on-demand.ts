import { type MultipartSupport, RemoteFailure } from "../../../../types/index.js"
import type { Connection } from "./requests.js"

/** S3 and R2 take no smaller part but the last. */
export const s3MinPartBytes = 5 * 1024 ** 2

/**
 * Multipart uploads by our protocol; what speaks it loads with the first large file. Where it cannot be loaded, every
 * call fails as a request would, with `Offline`, and the next one tries again.
 */
export const multipartOnDemand = (
  connection: Connection,
  limits: Pick<MultipartSupport, "minPartBytes" | "maxParts" | "maxPartBytes">,
  importIt = () => import("./multipart.js"),
): MultipartSupport => {
  const load = async (): Promise<MultipartSupport> => {
    const { multipartOver } = await importIt().catch((cause: unknown) => {
      throw new RemoteFailure("Offline", "A part of this program could not be loaded", { cause })
    })
    return multipartOver(connection, limits)
  }
  return {
    ...limits,
    begin: async (request) => (await load()).begin(request),
    uploadPart: async (request) => (await load()).uploadPart(request),
    listParts: async (request) => (await load()).listParts(request),
    complete: async (request) => (await load()).complete(request),
    abort: async (request) => (await load()).abort(request),
  }
}
