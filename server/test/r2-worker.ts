import { createFileSyncHandler } from "../handler.js"
import type { R2BucketLike } from "../r2-bucket.js"
import { r2Storage } from "../r2-storage.js"
import { shareSecret, testOptions } from "./test-options.js"

/** A worker that serves the backend under test: `/api` as it is, `/parts` with a store that must split large objects. */
export default {
  fetch(request: Request, env: { readonly FILES: R2BucketLike }): Promise<Response> {
    const splits = request.headers.has("X-Split")
    const storage = r2Storage(
      env.FILES,
      splits ? { singlePutMaxBytes: 6 * 1024 ** 2, partBytes: 5 * 1024 ** 2 } : {},
    )
    return createFileSyncHandler({ ...testOptions, storage, shareSecret })(request)
  },
}
