import { RemoteFailure } from "../types/index.js"
import { openTokenChannel, type TokenAnswer, type TokenQuestion } from "./token-channel.js"

/** Gives the token for the next request; with `refresh`, another than last time. */
export type GetToken = (options: { readonly refresh: boolean }) => Promise<string | undefined>

/**
 * Least time between two refreshes: a device without a network fails to connect as well, and must not request a new
 * token with each attempt.
 */
const refreshPauseMs = 30_000

/** The token of a script tag: that of the function it names, else the one it holds; `undefined` without either. */
export const findTokens = (
  functionName: string | undefined,
  heldToken: (() => string | undefined) | undefined,
): GetToken | undefined => {
  if (functionName !== undefined && functionName !== "") {
    return shareRefreshes((options) => callGlobal(functionName, options))
  }
  return heldToken === undefined ? undefined : async () => heldToken()
}

/** Answers the worker that syncs, for as long as the page lives. */
export const answerWithTokens = (storeId: string, getToken: GetToken): void => {
  const channel = openTokenChannel(storeId)
  let mayRefreshAt = 0
  const tokenFor = async (refused: string | undefined): Promise<string | undefined> => {
    const present = await getToken({ refresh: false })
    const isStale = refused !== undefined && present === refused
    if (!isStale || !navigator.onLine || performance.now() < mayRefreshAt) return present
    mayRefreshAt = performance.now() + refreshPauseMs
    return getToken({ refresh: true })
  }
  channel.addEventListener("message", ({ data }: MessageEvent<Partial<TokenQuestion>>) => {
    if (typeof data?.question !== "string") return
    const { question, refused } = data
    void tokenFor(refused)
      // Without a token the connection is refused, and tried again.
      .catch(() => undefined)
      .then((token) => channel.postMessage({ answer: question, token } satisfies TokenAnswer))
  })
}

const callGlobal = async (
  path: string,
  options: { readonly refresh: boolean },
): Promise<string | undefined> => {
  const found = path
    .split(".")
    .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], globalThis)
  if (typeof found !== "function") {
    throw new RemoteFailure("Unauthorized", `data-get-token="${path}" names no function of this page`)
  }
  return (await found(options)) as string | undefined
}

/**
 * Files and sync find at the same time that a token has expired, and some services accept a refresh token only once.
 */
const shareRefreshes = (getToken: GetToken): GetToken => {
  let refreshing: Promise<string | undefined> | undefined
  return ({ refresh }) => {
    if (!refresh) return refreshing ?? getToken({ refresh })
    refreshing ??= getToken({ refresh }).finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
}
