/** Resolves once the condition holds, asked again whenever `subscribe` calls; rejects with `what` after a while. */
export const until = (
  what: string,
  isSo: () => boolean,
  subscribe: (listener: () => void) => () => void,
  withinMs = 8_000,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let unsubscribe: (() => void) | undefined
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      unsubscribe?.()
      settle()
    }
    const timer = setTimeout(() => finish(() => reject(new Error(`Never happened: ${what}`))), withinMs)
    const check = () => {
      if (isSo()) finish(resolve)
    }
    unsubscribe = subscribe(check)
    check()
  })
