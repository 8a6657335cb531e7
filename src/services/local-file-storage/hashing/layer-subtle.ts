import { Effect, Layer } from "effect"
import { HashError } from "../../../errors/index.js"
import { toHex } from "../../../utils/content-hash.js"
import { Hasher } from "./Hasher.js"

/** Hashes with the browser's one-shot digest, which holds the file whole: for in-memory storage, which does so anyway. */
export const layerSubtle = Layer.succeed(Hasher, {
  hash: (file) =>
    Effect.tryPromise({
      try: async () => toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))),
      catch: (cause) =>
        new HashError({ reason: globalThis.crypto?.subtle === undefined ? "Unavailable" : "Failed", cause }),
    }),
})
