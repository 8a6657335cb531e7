import type { Subject } from "./subject.js"

/** A promise and how it is tried. */
export interface Case<A = Subject> {
  readonly name: string
  readonly run: (subject: A) => Promise<void>
}

/** Thrown by a case that does not apply to the adapter. */
export class SkipCase extends Error {}

/** A member that an adapter may leave out; the case is skipped without it. */
export const need = <A>(member: A | undefined, what: string): A => {
  if (member === undefined) throw new SkipCase(`has no ${what}`)
  return member
}
