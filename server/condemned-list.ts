import { reservedPrefix } from "./object-key.js"
import type { ObjectStorage } from "./object-storage.js"

/** What garbage collections remember from run to run: candidates for deletion, and how far the last run came. */
export interface Condemned {
  /** When each key was first seen without a reference, in ms since the Unix epoch. */
  readonly since: Readonly<Record<string, number>>
  /** The last key that an unfinished pass looked at. */
  readonly cursor?: string | undefined
}

/** Keys remembered at once; more of them wait until these have gone. */
const maxKeys = 100_000

/** The list after a run that checked the keys from the old cursor to the new one, or to the end. */
export const mergeCondemned = (
  before: Condemned,
  pass: { readonly since: ReadonlyMap<string, number>; readonly cursor: string | undefined },
): Condemned => {
  const isElsewhere = (key: string): boolean =>
    (before.cursor !== undefined && key <= before.cursor) || (pass.cursor !== undefined && key > pass.cursor)
  const kept = Object.entries(before.since).filter(([key]) => isElsewhere(key))
  return {
    since: Object.fromEntries([...pass.since, ...kept].slice(0, maxKeys)),
    ...(pass.cursor === undefined ? {} : { cursor: pass.cursor }),
  }
}

const condemnedKey = (prefix: string): string =>
  `${reservedPrefix}garbage/${prefix === "" ? "all" : encodeURIComponent(prefix)}`

/** Reads what earlier runs with the same prefix found. */
export const readCondemned = async (
  storage: Pick<ObjectStorage, "read">,
  prefix: string,
): Promise<Condemned> => {
  const found = await storage.read(condemnedKey(prefix))
  if (found === undefined) return { since: {} }
  const { since = {}, cursor } = (await new Response(found.body).json()) as Partial<Condemned>
  // Without a prototype, whose members would be taken for keys.
  return { since: Object.assign(Object.create(null), since) as Condemned["since"], cursor }
}

/** Keeps it for the next run. */
export const writeCondemned = async (
  storage: Pick<ObjectStorage, "write">,
  prefix: string,
  condemned: Condemned,
): Promise<void> => {
  const bytes = new TextEncoder().encode(JSON.stringify(condemned))
  await storage.write(condemnedKey(prefix), bytes, {
    sizeBytes: bytes.byteLength,
    contentHash: undefined,
    mimeType: "application/json",
    onlyIfAbsent: false,
  })
}
