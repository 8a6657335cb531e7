import { Effect, Layer } from "effect"
import { Hasher } from "../services/local-file-storage/hashing/Hasher.js"
import { layerIoWorkerHasher } from "../services/local-file-storage/hashing/layer-io-worker-hasher.js"
import { layerIoWorker } from "../services/local-file-storage/layer-io-worker.js"

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
