import type { RemoteFailure, RemoteFailureReason } from "../../types/index.js"

/** Ends the case when a promise is broken. */
export function check(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}

/** Ends the case when two values differ. */
export const same = <A>(actual: A, expected: A, what: string): void =>
  check(Object.is(actual, expected), `${what} is ${String(actual)}, not ${String(expected)}`)

/** Ends the case when bytes differ; says where. */
export const sameBytes = (actual: Uint8Array, expected: Uint8Array, what: string): void => {
  same(actual.byteLength, expected.byteLength, `the size of ${what}`)
  const at = actual.findIndex((byte, index) => byte !== expected[index])
  check(at === -1, `${what} differ at byte ${at}`)
}

/** The failure of something that must fail with a `RemoteFailure` of one of these reasons. */
export const failsWith = async (
  work: Promise<unknown>,
  ...reasons: ReadonlyArray<RemoteFailureReason>
): Promise<RemoteFailure> => {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  check(outcome !== undefined, `it resolved, where ${reasons.join(" or ")} was expected`)
  return requireFailure(outcome.error, ...reasons)
}

/** A value that must be a `RemoteFailure` of one of these reasons. */
export const requireFailure = (
  value: unknown,
  ...reasons: ReadonlyArray<RemoteFailureReason>
): RemoteFailure => {
  const failure = value as RemoteFailure
  check(
    failure?.name === "RemoteFailure",
    `this is no RemoteFailure: ${value instanceof Error ? (value.stack ?? value) : String(value)}`,
  )
  check(
    reasons.includes(failure.reason),
    `it failed with ${failure.reason} (${failure.message}), not ${reasons.join(" or ")}`,
  )
  return failure
}

/** The same promise, rejected when it takes too long. */
export const within = async <A>(timeoutMs: number, work: Promise<A>, what: string): Promise<A> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`)), timeoutMs)
  })
  try {
    return await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}

/** Asks again and again until something holds. */
export const until = async (
  holds: () => Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> => {
  const deadline = performance.now() + timeoutMs
  while (!(await holds())) {
    check(performance.now() < deadline, `${what}: not so after ${timeoutMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
