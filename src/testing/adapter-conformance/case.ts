import type { Subject } from "./subject.js"

/** A promise and how it is tried. */
export interface Case<A = Subject> {
  readonly name: string
  readonly run: (subject: A) => Promise<void>
}

/** Thrown by a case that has nothing to try. */
export class SkipCase extends Error {}

/** What an adapter may leave out; its absence ends the case. */
export const need = <A>(member: A | undefined, what: string): A => {
  if (member === undefined) throw new SkipCase(`has no ${what}`)
  return member
}
