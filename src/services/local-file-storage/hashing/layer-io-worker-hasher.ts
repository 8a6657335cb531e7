import { Effect, Layer } from "effect"
import { HashError } from "../../../errors/index.js"
import { IoWorker } from "../IoWorker.js"
import { Hasher } from "./Hasher.js"

/** Hashes in the I/O worker, with two slices of memory whatever the size of the file. */
export const layerIoWorkerHasher = Layer.effect(
  Hasher,
  Effect.map(IoWorker, (io) => ({
    hash: (file: Blob) =>
      Effect.mapBoth(io.request("hash", { file }), {
        onFailure: (cause) => new HashError({ reason: "Failed", cause }),
        onSuccess: ({ contentHash }) => contentHash,
      }),
  })),
)
