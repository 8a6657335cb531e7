/**
 * Resolves once the condition holds; rejects with `what` after a while. Asked again whenever `subscribe` calls, and
 * now and then, because a fake remote emits no events about what it was asked.
 */
export const until = (
  what: string,
  isSo: () => boolean,
  subscribe: (listener: () => void) => () => void,
  withinMs = 60_000,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let unsubscribe: (() => void) | undefined
    const finish = (settle: () => void) => {
      clearTimeout(timer)
      clearInterval(poll)
      unsubscribe?.()
      settle()
    }
    const timer = setTimeout(() => finish(() => reject(new Error(`Never happened: ${what}`))), withinMs)
    const check = () => {
      if (isSo()) finish(resolve)
    }
    const poll = setInterval(check, 20)
    unsubscribe = subscribe(check)
    check()
  })
