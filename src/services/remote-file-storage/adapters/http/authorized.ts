import { RemoteFailure } from "../../../../types/index.js"
import { isRemoteFailure } from "./failure.js"
import { untilAborted } from "./until-aborted.js"

/** How requests authenticate. */
export interface Authorization {
  /**
   * A token for `Authorization: Bearer`, asked for before each request; with `refresh: true` once after a 401. What it
   * throws counts as a lost connection, and is tried again, unless it is a `RemoteFailure` with another reason.
   */
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
  const ask = async (refresh: boolean): Promise<string | undefined> => {
    try {
      return await getToken?.({ refresh })
    } catch (thrown) {
      // The app fetches its token over the same network, so a failure to get one is not a refusal.
      throw isRemoteFailure(thrown)
        ? thrown
        : new RemoteFailure("Offline", "The app could not get a token", { cause: thrown })
    }
  }
  const refresh = (): Promise<string | undefined> => {
    refreshing ??= ask(true).finally(() => {
      refreshing = undefined
    })
    return refreshing
  }
  const current = (): Promise<string | undefined> => refreshing ?? ask(false)
  /** The token for another attempt. A late 401 may be about a token that another request has refreshed since. */
  const tokenAfter = async (refused: string | undefined): Promise<string | undefined> => {
    const present = await current()
    return present === refused ? refresh() : present
  }
  return {
    headers: async () => withToken(await current()),
    run: async (signal, request) => {
      const token = await untilAborted(signal, current())
      try {
        return await request(withToken(token))
      } catch (error) {
        const isStale = isRemoteFailure(error) && error.reason === "Unauthorized"
        if (!isStale || getToken === undefined) throw error
        return request(withToken(await untilAborted(signal, tokenAfter(token))))
      }
    },
  }
}
