import type { Case } from "../adapter-conformance/case.js"
import type { ForeignSubject } from "./subject.js"

/** The ways in which a file goes up. */
export type SizeClass = "batch" | "single" | "parts"

/** Every size class. */
export const sizeClasses: ReadonlyArray<SizeClass> = ["batch", "single", "parts"]

/** A case of the foreign-world suite. */
export interface ForeignCase extends Case<ForeignSubject> {
  /** The size class it is about; missing where it is about none. */
  readonly size?: SizeClass
}

/** The same case for each size class. */
export const forEachSize = (
  nameOf: (size: SizeClass) => string,
  run: (subject: ForeignSubject, size: SizeClass) => Promise<void>,
): ReadonlyArray<ForeignCase> =>
  sizeClasses.map((size) => ({ size, name: nameOf(size), run: (subject) => run(subject, size) }))
