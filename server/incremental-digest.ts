import { toHex } from "../src/utils/content-hash.js"

/** SHA-256 of bytes that come in pieces. */
export interface IncrementalDigest {
  update(chunk: Uint8Array): Promise<void> | void
  /** The digest as lower-case hex; call it once. */
  finish(): Promise<string>
}

interface DigestStreamConstructor {
  new (algorithm: "SHA-256"): WritableStream<Uint8Array> & { readonly digest: Promise<ArrayBuffer> }
}

/** The runtime's own incremental SHA-256: `DigestStream` in Workers, `node:crypto` in Node, Deno and Bun. */
export const incrementalDigest = async (): Promise<IncrementalDigest> => {
  const DigestStream = (crypto as { DigestStream?: DigestStreamConstructor }).DigestStream
  if (DigestStream === undefined) {
    const hash = (await import("node:crypto")).createHash("sha256")
    return {
      update: (chunk) => {
        hash.update(chunk)
      },
      finish: async () => hash.digest("hex"),
    }
  }
  const stream = new DigestStream("SHA-256")
  const writer = stream.getWriter()
  return {
    update: (chunk) => writer.write(chunk),
    finish: async () => {
      await writer.close()
      return toHex(new Uint8Array(await stream.digest))
    },
  }
}
