import { createHash } from "node:crypto"
import path from "node:path"

/** File beside the objects of a folder whose name could not be used as it is: it holds the real one. */
export const nameFile = ".name"

/** Ending of the small file that holds an object's type and hash. */
export const factsEnding = ".facts"

/** Ending of the small file that holds the real name of an object whose file could not have it. */
export const nameEnding = ".name"

/** Ending of every folder's name, so that an object and a folder of the same name never meet. */
export const folderEnding = "+"

/**
 * Where a key lives under a root. Every segment becomes one name: as it is when it is safe on every file system, else a
 * `%` and its hash, because disks may ignore case, limit names to 255 bytes and reserve some (`CON`).
 */
export const diskPath = (root: string, key: string): string => {
  const segments = key.split("/")
  const name = segments.pop() ?? ""
  return path.join(diskFolder(root, segments), diskName(name))
}

/** Where the objects of a folder live under a root. */
export const diskFolder = (root: string, segments: ReadonlyArray<string>): string =>
  path.join(root, ...segments.map((segment) => diskName(segment) + folderEnding))

/** The name on disk for one segment of a key, without a folder's ending. */
export const diskName = (segment: string): string =>
  isPlainName(segment) ? segment : `%${createHash("sha256").update(segment).digest("hex")}`

/** Whether a segment can be its own name on any disk. A dot is no plain character: endings and `..` are ours. */
export const isPlainName = (segment: string): boolean =>
  /^[a-z0-9_-]{1,100}$/.test(segment) && !/^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(segment)
