import { Effect, Layer } from "effect"
import { Hasher } from "./services/hash/Hasher.js"
import { layerIoWorkerHasher } from "./services/hash/layer-io-worker.js"
import { layerIoWorker } from "./services/local-file-storage/layer-io-worker.js"

/**
 * SHA-256 of a file, lower-case hex, read once in a worker with flat memory. Rejects with `HashError` (`Failed`)
 * when the file cannot be read.
 */
export const hashFile = (file: Blob): Promise<string> =>
  Hasher.pipe(
    Effect.flatMap((hasher) => hasher.hash(file)),
    Effect.provide(layerIoWorkerHasher.pipe(Layer.provide(layerIoWorker("hash")))),
    Effect.runPromise,
  )
