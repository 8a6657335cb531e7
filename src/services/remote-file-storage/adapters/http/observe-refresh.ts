import type { HttpAdapterOptions } from "../http.js"

/** The same options, with a way to subscribe to token refreshes. */
export const observeRefresh = (options: HttpAdapterOptions) => {
  const listeners = new Set<() => void>()
  const onRefresh = (listener: () => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const { getToken } = options
  if (getToken === undefined) return { observed: options, onRefresh }
  const observed: HttpAdapterOptions = {
    ...options,
    getToken: async (wish) => {
      const token = await getToken(wish)
      // Afterwards: a listener asks for the token again.
      if (wish.refresh) setTimeout(() => listeners.forEach((listener) => listener()))
      return token
    },
  }
  return { observed, onRefresh }
}
