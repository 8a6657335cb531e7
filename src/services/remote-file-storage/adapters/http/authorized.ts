import { isRemoteFailure } from "./failure.js"
import { untilAborted } from "./until-aborted.js"

/** How requests show who is asking. */
export interface Authorization {
  /** A token for `Authorization: Bearer`, asked for before each request; with `refresh: true` once after a 401. */
  readonly getToken?: (options: {
    readonly refresh: boolean
  }) => string | undefined | Promise<string | undefined>
  /** More headers for every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Requests in the app's name. */
export interface Authorized {
  readonly headers: () => Promise<Record<string, string>>
  /** A 401 refreshes the token and tries once more, then surfaces. An abort does not wait for the token. */
  readonly run: <A>(
    signal: AbortSignal,
    request: (headers: Record<string, string>) => Promise<A>,
  ) => Promise<A>
}

/** Binds requests to the app's token. Requests that meet a 401 at the same time share one refresh. */
export const makeAuthorized = ({ getToken, headers }: Authorization): Authorized => {
  let refreshing: Promise<string | undefined> | undefined
  const withToken = (token: string | undefined): Record<string, string> => ({
    ...headers,
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
  })
  const refresh = (): Promise<string | undefined> => {
    refreshing ??= Promise.resolve(getToken?.({ refresh: true })).finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  const current = async () => withToken(await (refreshing ?? getToken?.({ refresh: false })))
  return {
    headers: current,
    run: async (signal, request) => {
      try {
        return await request(await untilAborted(signal, current()))
      } catch (error) {
        const isStale = isRemoteFailure(error) && error.reason === "Unauthorized"
        if (!isStale || getToken === undefined) throw error
        return request(withToken(await untilAborted(signal, refresh())))
      }
    },
  }
}
