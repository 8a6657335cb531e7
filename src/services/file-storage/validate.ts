import { InvalidFileError } from "../../errors/index.js"
import type { FileMetadata, FileToSave } from "../../types/index.js"
import { typeOfFile, unknownType } from "../../utils/file-types.js"

/** A file whose name, type, metadata and dates are valid; its bytes were not read yet. */
export interface ValidFile {
  readonly file: Blob
  readonly name: string
  /** As far as the app, the browser or the name says it; the bytes may say more about an unknown one. */
  readonly mimeType: string
  readonly metadata: FileMetadata | null
  /** When a picked file was last changed; `null` for a plain `Blob`. */
  readonly lastModified: Date | null
  /** When it was added and its place among what was added with it, where the app says so. */
  readonly createdAt: Date | undefined
  readonly sequence: number | undefined
}

const defaultName = "untitled"

/** Largest metadata of one file, in bytes of JSON. 100 files share an event, which may have about 900 kB. */
export const maxMetadataBytes = 4_096

/** Longest name that is kept, in UTF-16 units; more is cut. Twice what file systems take. */
const maxNameLength = 512

/** A name as it is kept. SQLite ends a text at a NUL; a cut may not leave half of a character. */
export const normalizeName = (name: string): string => {
  const kept = name.replaceAll("\0", "").toWellFormed()
  const cut = kept.slice(0, maxNameLength)
  const whole = cut.isWellFormed() ? cut : cut.slice(0, -1)
  return whole === "" ? defaultName : whole
}

/** A well-formed media type in lower case, or `application/octet-stream`. */
export const normalizeMimeType = (mimeType: unknown): string =>
  typeof mimeType === "string" && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?$/.test(mimeType)
    ? mimeType.toLowerCase()
    : unknownType

/** Metadata as every device will see it. Throws `InvalidFileError` (`InvalidMetadata`). */
export const checkMetadata = (metadata: unknown, fileName: string): FileMetadata | null => {
  if (metadata === undefined || metadata === null) return null
  const fail = (cause: unknown) => new InvalidFileError({ reason: "InvalidMetadata", fileName, cause })
  if (typeof metadata !== "object" || Array.isArray(metadata))
    throw fail(new Error("Metadata must be an object"))
  let json: string | undefined
  try {
    json = JSON.stringify(metadata)
  } catch (cause) {
    throw fail(cause)
  }
  // A date, or whatever else makes its own JSON, is no object any more.
  if (json === undefined || !json.startsWith("{"))
    throw fail(new Error("Metadata must be an object of plain values"))
  if (new TextEncoder().encode(json).byteLength > maxMetadataBytes) {
    throw fail(new Error(`Metadata may have ${maxMetadataBytes} bytes of JSON`))
  }
  // What does not survive JSON would differ between this device and the others.
  return JSON.parse(json) as FileMetadata
}

/** A folder as the File System API and as drag and drop hand it over. */
const isFolder = (given: unknown): boolean => {
  const { kind, isDirectory } = (given ?? {}) as { readonly kind?: unknown; readonly isDirectory?: unknown }
  return kind === "directory" || isDirectory === true
}

/**
 * Checks what an app passed. Throws `InvalidFileError`; stores nothing. With `isNameKept` the name is that of earlier
 * content, and says nothing about the type.
 */
export const validate = (toSave: FileToSave, isNameKept = false): ValidFile => {
  const file: unknown = (toSave as FileToSave | null | undefined)?.file
  if (!(file instanceof Blob))
    throw new InvalidFileError({ reason: isFolder(file ?? toSave) ? "Directory" : "NotABlob" })
  const givenName: unknown = toSave.name ?? (file instanceof File ? file.name : defaultName)
  if (typeof givenName !== "string") throw new InvalidFileError({ reason: "InvalidName" })
  const name = normalizeName(givenName)
  const mimeType = normalizeMimeType(
    toSave.mimeType ?? typeOfFile(nameOf(file) ?? (isNameKept ? "" : name), file.type),
  )
  return {
    file,
    name,
    mimeType,
    metadata: checkMetadata(toSave.metadata, name),
    lastModified: file instanceof File ? toDate(file.lastModified) : null,
    createdAt:
      toSave.createdAt instanceof Date ? (toDate(toSave.createdAt.getTime()) ?? undefined) : undefined,
    sequence: Number.isSafeInteger(toSave.sequence) ? toSave.sequence : undefined,
  }
}

/** The name by which a type is guessed: a picked file's own, whatever name the app gives it. */
const nameOf = (file: Blob): string | undefined => (file instanceof File ? file.name : undefined)

/** `null` for what is no time. */
const toDate = (ms: number): Date | null => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? null : date
}
