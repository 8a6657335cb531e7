import { createHash } from "node:crypto"

export const hashOf = (text) => createHash("sha256").update(text).digest("hex")

/**
 * What every device has to list in the end, by name. Each file is changed by one device at a time, so there is one right
 * content; only what was under way when its browser ended may have happened or not.
 */
export const makeExpectedFiles = () => {
  /** name → `{ id, possible }`: hashes that the file may have, `undefined` = it may be missing. */
  const files = new Map()
  const possible = (name) => files.get(name)?.possible ?? new Set([undefined])
  const hashAfter = ({ kind, text }) => (kind === "delete" ? undefined : hashOf(text))
  return {
    began: (operation) => {
      const { name } = operation
      files.set(name, {
        ...files.get(name),
        possible: new Set([...possible(name), hashAfter(operation)]),
      })
    },
    /** It resolved: from now on nothing else is right. */
    resolved: (operation, id) => {
      const { name } = operation
      files.set(name, { id: id ?? files.get(name)?.id, possible: new Set([hashAfter(operation)]) })
    },
    /** What is wrong with what one device lists; `[]` = nothing. */
    faults: (listed) => {
      const hashes = new Map(listed.map(({ name, contentHash }) => [name, contentHash]))
      const faults = [...files]
        .filter(([name, file]) => !file.possible.has(hashes.get(name)))
        .map(([name]) => (hashes.has(name) ? `${name} is there with another content` : `${name} is missing`))
      const unknown = [...hashes.keys()].filter((name) => !files.has(name))
      const isTwice = listed.length !== hashes.size
      return [
        ...faults,
        ...unknown.map((name) => `${name} was never saved`),
        ...(isTwice ? ["a name is listed twice"] : []),
      ]
    },
    /** All devices agree on this: what may have happened either way is decided. */
    settle: (listed) => {
      files.clear()
      for (const { id, name, contentHash } of listed)
        files.set(name, { id, possible: new Set([contentHash]) })
    },
    /** `[name, id]` of what is there for certain. */
    known: () => [...files].map(([name, { id }]) => [name, id]),
  }
}
