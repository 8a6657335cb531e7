import { RemoteFailure } from "../../../../types/index.js"

const bad = (name: string): RemoteFailure =>
  new RemoteFailure("ServerError", `The server's answer cannot be understood: ${name}`)

/** A member of an answer that must be text. Fails with `ServerError`. */
export const textField = (answer: unknown, name: string): string => {
  const value = fieldOf(answer, name)
  if (typeof value !== "string") throw bad(name)
  return value
}

/** A member of an answer that must be a whole number, 0 or more. Fails with `ServerError`. */
export const countField = (answer: unknown, name: string): number => {
  const value = fieldOf(answer, name)
  if (!isCount(value)) throw bad(name)
  return value
}

/** The same, where it may be missing. */
export const optionalCount = (answer: unknown, name: string): number | undefined => {
  const value = fieldOf(answer, name)
  return isCount(value) ? value : undefined
}

/** A member of an answer that must be a list. Fails with `ServerError`. */
export const listField = (answer: unknown, name: string): ReadonlyArray<unknown> => {
  const value = fieldOf(answer, name)
  if (!Array.isArray(value)) throw bad(name)
  return value
}

/** A member of an answer, whatever it is. */
export const fieldOf = (answer: unknown, name: string): unknown =>
  typeof answer === "object" && answer !== null && Object.hasOwn(answer, name)
    ? (answer as Record<string, unknown>)[name]
    : undefined

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
