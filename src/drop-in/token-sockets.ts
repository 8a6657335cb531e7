import { openTokenChannel, type TokenAnswer, type TokenQuestion } from "./token-channel.js"

/** Less than the ten seconds after which LiveStore gives up a connection that does not open. */
const answerWaitMs = 5_000

const Platform = globalThis.WebSocket

/**
 * From now on, WebSockets of this worker carry a token of the page in their address, in LiveStore's own way
 * (`syncPayload: { token }`). LiveStore itself takes one when a store is opened and keeps it, so that it could not connect
 * again after that one has ended; and tabs that share a worker must all have opened the store with the same.
 */
export const useTokensForSockets = (storeId: string): void => {
  const channel = openTokenChannel(storeId)
  let refused: string | undefined
  const findToken = (): Promise<string | undefined> => askPages(channel, refused)
  const report = (token: string | undefined, hasOpened: boolean): void => {
    refused = hasOpened ? undefined : token
  }
  globalThis.WebSocket = class extends TokenSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(findToken, (token) => new Platform(withToken(url, token), protocols), report)
    }
  } as unknown as typeof WebSocket
}

const askPages = (channel: BroadcastChannel, refused: string | undefined): Promise<string | undefined> =>
  new Promise((resolve) => {
    const question = crypto.randomUUID()
    const finish = (token: string | undefined): void => {
      clearTimeout(timer)
      channel.removeEventListener("message", onMessage)
      resolve(token)
    }
    const onMessage = ({ data }: MessageEvent<Partial<TokenAnswer>>): void => {
      if (data?.answer === question) finish(data.token)
    }
    const timer = setTimeout(finish, answerWaitMs, undefined)
    channel.addEventListener("message", onMessage)
    channel.postMessage({ question, refused } satisfies TokenQuestion)
  })

/** Encoded twice, as LiveStore's sync backends read it. */
const withToken = (address: string | URL, token: string | undefined): string => {
  const url = new URL(address)
  if (token !== undefined) url.searchParams.set("payload", encodeURIComponent(JSON.stringify({ token })))
  return url.href
}

/** A WebSocket that connects once its token is there; as much of one as LiveStore uses. */
class TokenSocket extends EventTarget {
  #inner: WebSocket | undefined
  #isClosed = false

  constructor(
    findToken: () => Promise<string | undefined>,
    connect: (token: string | undefined) => WebSocket,
    report: (token: string | undefined, hasOpened: boolean) => void,
  ) {
    super()
    void this.#open(findToken, connect, report)
  }

  async #open(
    findToken: () => Promise<string | undefined>,
    connect: (token: string | undefined) => WebSocket,
    report: (token: string | undefined, hasOpened: boolean) => void,
  ): Promise<void> {
    const token = await findToken()
    if (this.#isClosed) return
    const inner = connect(token)
    this.#inner = inner
    let hasOpened = false
    inner.addEventListener("open", () => {
      hasOpened = true
      report(token, true)
      this.dispatchEvent(new Event("open"))
    })
    inner.addEventListener("message", ({ data }) => this.dispatchEvent(new MessageEvent("message", { data })))
    inner.addEventListener("error", () => {
      if (!hasOpened) report(token, false)
      this.dispatchEvent(new Event("error"))
    })
    inner.addEventListener("close", ({ code, reason, wasClean }) =>
      this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean })),
    )
  }

  get readyState(): number {
    return this.#inner?.readyState ?? (this.#isClosed ? 3 : 0)
  }

  send(data: string | Blob | BufferSource): void {
    this.#inner?.send(data)
  }

  close(code?: number, reason?: string): void {
    this.#isClosed = true
    this.#inner?.close(code, reason)
  }
}
