import { createSHA256 } from "hash-wasm"
import { toHex } from "../../../utils/content-hash.js"

/** Incremental SHA-256; `crypto.subtle` takes only complete input. */
export interface RunningSha256 {
  readonly update: (bytes: Uint8Array) => void
  /** Lower-case hex; nothing may be added afterwards. */
  readonly digest: () => string
}

/** Begins an incremental SHA-256; any number may be under way. */
export const startSha256 = async (): Promise<RunningSha256> => {
  const hasher = (await createSHA256()).init()
  return { update: (bytes) => void hasher.update(bytes), digest: () => hasher.digest("hex") }
}

/** SHA-256 of bytes that are in memory anyway; the browser's own is several times faster than the incremental one. */
export const sha256 = async (bytes: BufferSource): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
