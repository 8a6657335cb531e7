/** What a promise gives, or `undefined` when it takes longer: some requests of browsers are never answered. */
export const withTimeout = async <A>(promise: Promise<A>, timeoutMs: number): Promise<A | undefined> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMs)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    clearTimeout(timer)
  }
}
