import { openTokenChannel, type TokenAnswer, type TokenQuestion } from "./token-channel.js"
import type { WorkerNetwork } from "./worker-network.js"

/** Less than the ten seconds after which LiveStore gives up a connection that does not open. */
const answerWaitMs = 5_000

const Platform = globalThis.WebSocket

/** Which parts of opening a connection the page controls. */
export interface PageSocketOptions {
  readonly storeId: string
  /** Whether the page gives tokens. */
  readonly hasTokens: boolean
  /** The page's network switch, if it has one. */
  readonly network: WorkerNetwork | undefined
}

/**
 * From now on, WebSockets of this worker wait while the page is switched offline, and carry a token of the page in
 * their address, in LiveStore's own way (`syncPayload: { token }`). LiveStore itself takes a token when a store is
 * opened and keeps it: it could not connect again after that token has expired, and all tabs that share a worker would
 * have to open the store with the same one.
 */
export const usePageForSockets = ({ storeId, hasTokens, network }: PageSocketOptions): void => {
  const channel = hasTokens ? openTokenChannel(storeId) : undefined
  let refused: string | undefined
  const findToken = async (): Promise<string | undefined> => {
    await network?.whenOn()
    return channel === undefined ? undefined : askPages(channel, refused)
  }
  const report = (token: string | undefined, hasOpened: boolean): void => {
    refused = hasOpened ? undefined : token
  }
  globalThis.WebSocket = class extends PageSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(findToken, (token) => new Platform(withToken(url, token), protocols), report, network)
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

/** A WebSocket that connects once there is a network and its token; as much of one as LiveStore uses. */
class PageSocket extends EventTarget {
  #inner: WebSocket | undefined
  #isClosed = false

  constructor(
    findToken: () => Promise<string | undefined>,
    connect: (token: string | undefined) => WebSocket,
    report: (token: string | undefined, hasOpened: boolean) => void,
    network: WorkerNetwork | undefined,
  ) {
    super()
    void this.#open(findToken, connect, report, network)
  }

  async #open(
    findToken: () => Promise<string | undefined>,
    connect: (token: string | undefined) => WebSocket,
    report: (token: string | undefined, hasOpened: boolean) => void,
    network: WorkerNetwork | undefined,
  ): Promise<void> {
    const token = await findToken()
    if (this.#isClosed) return
    const inner = connect(token)
    this.#inner = inner
    let hasOpened = false
    const unwatch = network?.onOff(() => inner.close())
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
    inner.addEventListener("close", ({ code, reason, wasClean }) => {
      unwatch?.()
      this.dispatchEvent(new CloseEvent("close", { code, reason, wasClean }))
    })
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
