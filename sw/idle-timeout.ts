/** A remote that sends nothing for so long is given up. It trades a slow answer against a picture that loads for ever. */
export const defaultIdleTimeoutMs = 20_000

/** The same promise, rejected when it takes too long. */
export const withIdleTimeout = async <A>(work: Promise<A>, idleTimeoutMs: number): Promise<A> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const idle = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("Nothing came")), idleTimeoutMs)
  })
  try {
    return await Promise.race([work, idle])
  } finally {
    clearTimeout(timer)
  }
}
