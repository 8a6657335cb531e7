import { RemoteFailure } from "../../../../types/index.js"

const bad = (name: string): RemoteFailure =>
  new RemoteFailure(
    "NotOurServer",
    `This address does not answer as a file server: no ${name} in its answer`,
    {
      foreign: "other",
    },
  )

/** A member of an answer that must be text. Fails with `NotOurServer`. */
export const textField = (answer: unknown, name: string): string => {
  const value = fieldOf(answer, name)
  if (typeof value !== "string") throw bad(name)
  return value
}

/** A member of an answer that must be a whole number, 0 or more. Fails with `NotOurServer`. */
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

/** A member of an answer that must be a list. Fails with `NotOurServer`. */
export const listField = (answer: unknown, name: string): ReadonlyArray<unknown> => {
  const value = fieldOf(answer, name)
  if (!Array.isArray(value)) throw bad(name)
  return value
}

/** Ends when an answer is about another key. Fails with `NotOurServer`. */
export const requireKey = (answer: unknown, key: string): void => {
  if (textField(answer, "key") !== key) throw bad("such key")
}

/** A member of an answer, whatever it is. */
export const fieldOf = (answer: unknown, name: string): unknown =>
  typeof answer === "object" && answer !== null && Object.hasOwn(answer, name)
    ? (answer as Record<string, unknown>)[name]
    : undefined

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
