/** Hashes what it is sent, and says when it has done with each piece. */
import { createSHA256 } from "hash-wasm"

const loading = createSHA256()
let queue = loading

const take = async (piece) => {
  const hasher = await loading
  if (piece === null) return globalThis.postMessage({ digest: hasher.digest("hex") })
  hasher.update(new Uint8Array(piece))
  return globalThis.postMessage({})
}

globalThis.onmessage = ({ data }) => {
  const before = queue
  queue = (async () => {
    await before
    return take(data)
  })()
}
