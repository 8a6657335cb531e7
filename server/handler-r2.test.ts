import { Miniflare } from "miniflare"
import type { R2BucketLike } from "./r2-bucket.js"
import { r2Storage } from "./r2-storage.js"
import { accessContract } from "./test/access-contract.js"
import { startR2Backend } from "./test/backend-under-test.js"
import { batchContract } from "./test/batch-contract.js"
import { fuzzContract } from "./test/fuzz-contract.js"
import { garbageContract } from "./test/garbage-contract.js"
import { handlerContract } from "./test/handler-contract.js"
import { multipartContract } from "./test/multipart-contract.js"
import { servingContract } from "./test/serving-contract.js"
import { shareContract } from "./test/share-contract.js"
import { slowContract } from "./test/slow-contract.js"

handlerContract("r2", startR2Backend)
multipartContract("r2", startR2Backend)
batchContract("r2", startR2Backend)
accessContract("r2", startR2Backend)
servingContract("r2", startR2Backend)
slowContract("r2", startR2Backend)
fuzzContract("r2", startR2Backend)
shareContract("r2", startR2Backend)
garbageContract("r2", async () => {
  const miniflare = new Miniflare({
    modules: true,
    script: "",
    r2Buckets: ["FILES"],
    telemetry: { enabled: false },
  })
  const bucket = (await miniflare.getR2Bucket("FILES")) as unknown as R2BucketLike
  // Outside of a Worker a stream has no length, and R2 refuses it.
  const whole: R2BucketLike = {
    head: (key) => bucket.head(key),
    get: (key, options) => bucket.get(key, options),
    put: async (key, body, options) =>
      bucket.put(key, new Uint8Array(await new Response(body as BodyInit).arrayBuffer()), options),
    delete: (keys) => bucket.delete(keys),
    list: (options) => bucket.list(options),
    createMultipartUpload: (key, options) => bucket.createMultipartUpload(key, options),
  }
  return { storage: r2Storage(whole), stop: () => miniflare.dispose() }
})
