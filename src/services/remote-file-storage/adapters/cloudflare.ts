import type { RemoteStorageAdapter } from "../../../types/index.js"
import { type HttpAdapterOptions, httpAdapter } from "./http.js"
import { defaultBatchLimits } from "./http/limits.js"
import { s3MinPartBytes } from "./http/limits.js"
import { uploadInParts } from "./http/upload-in-parts.js"

/** Options of {@link cloudflareAdapter}. */
export interface CloudflareAdapterOptions extends Omit<HttpAdapterOptions, "multipart" | "batch"> {
  /**
   * Largest request body that Cloudflare lets through, in bytes. Default 95 MiB, just below the 100 MB of domains on
   * the Free and Pro plans; Business has 200 MB. See https://developers.cloudflare.com/workers/platform/limits/.
   */
  readonly maxBodyBytes?: number
}

/**
 * R2 behind our Worker: the same protocol as {@link httpAdapter}, within Cloudflare's limits. Three things differ. No
 * body is larger than the domain's plan allows; a larger `upload` is sent in parts automatically. An upload has at most 900
 * parts and a batch at most 160 files, since a Worker may make 1,000 calls to R2 in one request. Everything else,
 * Cloudflare's own refusals included, is what `httpAdapter` does.
 */
export const cloudflareAdapter = (options: CloudflareAdapterOptions): RemoteStorageAdapter => {
  const { maxBodyBytes = 95 * 1024 ** 2, ...http } = options
  const adapter = httpAdapter({
    ...http,
    multipart: {
      minPartBytes: Math.min(s3MinPartBytes, maxBodyBytes),
      maxPartBytes: maxBodyBytes,
      maxParts: 900,
    },
    batch: { maxFiles: 160, maxTotalBytes: Math.min(defaultBatchLimits.maxTotalBytes, maxBodyBytes / 2) },
  })
  const { multipart } = adapter
  return {
    ...adapter,
    name: "cloudflare",
    upload: (request) =>
      multipart === undefined || request.body.size <= maxBodyBytes
        ? adapter.upload(request)
        : uploadInParts(multipart, request, maxBodyBytes),
  }
}
