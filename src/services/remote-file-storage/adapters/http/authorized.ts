import { RemoteFailure } from "../../../../types/index.js"

/** How requests show who is asking. */
export interface Authorization {
  /** A token for `Authorization: Bearer`; called with `refresh: true` once after a 401. */
  readonly getToken?: (options: {
    readonly refresh: boolean
  }) => string | undefined | Promise<string | undefined>
  /** More headers for every request. */
  readonly headers?: Readonly<Record<string, string>>
}

/** Runs a request with the app's headers; a 401 refreshes the token and tries once more, then surfaces. */
export const makeAuthorized = (authorization: Authorization) => {
  const headersFor = async (refresh: boolean): Promise<Record<string, string>> => {
    const token = await authorization.getToken?.({ refresh })
    return { ...authorization.headers, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) }
  }
  return {
    headers: () => headersFor(false),
    run: async <A>(request: (headers: Record<string, string>) => Promise<A>): Promise<A> => {
      try {
        return await request(await headersFor(false))
      } catch (error) {
        const isStale = error instanceof RemoteFailure && error.reason === "Unauthorized"
        if (!isStale || authorization.getToken === undefined) throw error
        return request(await headersFor(true))
      }
    },
  }
}
