import { createHash, randomBytes } from "node:crypto"
import { connect } from "node:net"
import { toContentDigest } from "../../src/utils/content-hash.js"

/** SHA-256 as hex. */
export const hashOf = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex")

/** Bytes that no other test has. */
export const someBytes = (sizeBytes: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(randomBytes(sizeBytes))

/** The key of content in a folder. */
export const keyOf = (bytes: Uint8Array | string, folder = "acme"): string => `${folder}/${hashOf(bytes)}`

/** A client of the protocol that sends the token which may do everything, by default. */
export const clientFor = (baseUrl: string) => {
  const send = (
    path: string,
    init: RequestInit & { readonly token?: string | null } = {},
  ): Promise<Response> => {
    const { token = "everything", ...rest } = init
    const headers = new Headers(init.headers)
    if (token !== null) headers.set("Authorization", `Bearer ${token}`)
    return fetch(`${baseUrl}/api${path}`, { ...rest, headers })
  }
  const put = (
    bytes: Uint8Array<ArrayBuffer>,
    init: { key?: string; headers?: Record<string, string>; token?: string } = {},
  ) =>
    send(`/files/${init.key ?? keyOf(bytes)}`, {
      method: "PUT",
      body: bytes,
      headers: { "Content-Digest": toContentDigest(hashOf(bytes)), ...init.headers },
      ...(init.token === undefined ? {} : { token: init.token }),
    })
  return { send, put }
}

/** The `reason` of a refusal. */
export const reasonOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { readonly reason: unknown }).reason

/** The bytes of an answer. */
export const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer())

/** Sends bytes exactly as given and gives back what came until enough did, the other side closed, or time was up. */
export const sendRaw = (
  baseUrl: string,
  pieces: ReadonlyArray<string | Uint8Array>,
  {
    halfClose = false,
    destroy = false,
    untilMs = 5000,
    isEnough = (received: string) => received.includes("\r\n\r\n"),
  } = {},
): Promise<string> =>
  new Promise((resolve) => {
    const { hostname, port } = new URL(baseUrl)
    const socket = connect(Number(port), hostname)
    let received = ""
    const finish = (): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(received)
    }
    const timer = setTimeout(finish, untilMs)
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      if (isEnough(received)) finish()
    })
    socket.on("close", finish)
    socket.on("error", finish)
    socket.on("connect", () => {
      for (const piece of pieces) socket.write(piece)
      if (halfClose) socket.end()
      // The bytes must have left before the connection breaks.
      if (destroy) socket.write("", () => setTimeout(() => socket.destroy(), 50))
    })
  })
