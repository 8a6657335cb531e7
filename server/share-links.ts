/** What a link gives access to: one file, to show or to save, until it expires. */
export interface ShareLink {
  readonly key: string
  /** A hint, as everywhere: it can only pick from the types that are safe to show. */
  readonly mimeType: string
  readonly disposition: "inline" | "attachment"
  /** Empty = none. */
  readonly name: string
  readonly expiresAtMs: number
}

const algorithm = { name: "HMAC", hash: "SHA-256" } as const

/** Makes the path and query of a link below the base path. */
export const shareLinkPath = async (secret: string, link: ShareLink): Promise<string> => {
  const query = new URLSearchParams({ type: link.mimeType, disposition: link.disposition })
  if (link.name !== "") query.set("name", link.name)
  query.set("expires", String(Math.floor(link.expiresAtMs / 1000)))
  const signature = await crypto.subtle.sign(algorithm.name, await toKey(secret), toSigned(link))
  query.set("signature", toText(new Uint8Array(signature)))
  return `/shared/${link.key}?${query}`
}

/** Reads a link back; `undefined` when it was not signed with this secret or its time is over. */
export const readShareLink = async (
  secret: string,
  key: string,
  query: URLSearchParams,
  nowMs: number,
): Promise<ShareLink | undefined> => {
  const expires = query.get("expires") ?? ""
  const disposition = query.get("disposition")
  if (!/^[1-9]\d{0,11}$/.test(expires) || (disposition !== "inline" && disposition !== "attachment"))
    return undefined
  const link: ShareLink = {
    key,
    mimeType: query.get("type") ?? "",
    disposition,
    name: query.get("name") ?? "",
    expiresAtMs: Number(expires) * 1000,
  }
  const signature = toBytes(query.get("signature") ?? "")
  if (signature === undefined || link.expiresAtMs <= nowMs) return undefined
  // `verify` compares in constant time.
  const isOurs = await crypto.subtle.verify(algorithm.name, await toKey(secret), signature, toSigned(link))
  return isOurs ? link : undefined
}

const toKey = (secret: string): Promise<CryptoKey> =>
  crypto.subtle.importKey("raw", new TextEncoder().encode(secret), algorithm, false, ["sign", "verify"])

/** JSON keeps the fields apart, so that no two links have the same text. The method stands in it: GET, and so HEAD. */
const toSigned = ({ key, mimeType, disposition, name, expiresAtMs }: ShareLink): Uint8Array<ArrayBuffer> => {
  const seconds = Math.floor(expiresAtMs / 1000)
  const fields = ["livestore-filesync share 1", "GET", key, mimeType, disposition, name, seconds]
  return new TextEncoder().encode(JSON.stringify(fields))
}

const toText = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "")

const toBytes = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!/^[\w-]{43}$/.test(text)) return undefined
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
  // The last character has two bits to spare: one signature has one spelling.
  return toText(bytes) === text ? bytes : undefined
}
