/** The first token is `token-0`; each refresh gives the next. */
export const makeTokens = () => {
  let refreshes = 0
  return {
    getToken: ({ refresh }: { readonly refresh: boolean }) => {
      if (refresh) refreshes++
      return `token-${refreshes}`
    },
    countRefreshes: () => refreshes,
  }
}
