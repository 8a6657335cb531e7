import type { MultipartSupport } from "../../../../types/index.js"

/** S3 and R2 take no smaller part but the last. */
export const s3MinPartBytes = 5 * 1024 ** 2

/** What an adapter says about parts before it has loaded what sends them. */
export type MultipartLimits = Pick<MultipartSupport, "minPartBytes" | "maxParts" | "maxPartBytes">

/** Multipart uploads whose limits are known at once, and whose requests go through what loads when it is needed. */
export const multipartOnDemand = (
  limits: MultipartLimits,
  load: () => Promise<MultipartSupport>,
): MultipartSupport => ({
  ...limits,
  begin: async (request) => (await load()).begin(request),
  uploadPart: async (request) => (await load()).uploadPart(request),
  listParts: async (request) => (await load()).listParts(request),
  complete: async (request) => (await load()).complete(request),
  abort: async (request) => (await load()).abort(request),
})
