/** Hashes what it is sent, and says when it has done with each piece. */
import { createSHA256 } from "hash-wasm"

const hasher = createSHA256()
let queue = hasher

globalThis.onmessage = ({ data }) => {
  queue = queue.then(async () => {
    if (data === null) return globalThis.postMessage({ digest: (await hasher).digest("hex") })
    ;(await hasher).update(new Uint8Array(data))
    globalThis.postMessage({})
  })
}
