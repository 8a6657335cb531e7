import type { FileMetadata } from "../../types/index.js"
import type { NewContent } from "./FileRecords.js"

/** The members of an event that describe a content. */
export const aboutContent = (content: Pick<NewContent, "contentMetadata" | "lastModified" | "takenAt">) => ({
  ...present("contentMetadata", toPlain(content.contentMetadata)),
  ...present("lastModified", content.lastModified),
  ...present("takenAt", content.takenAt),
})

/** An object with this member, or without any when there is nothing to say. */
export const present = <Name extends string, A>(
  name: Name,
  value: A | null | undefined,
): { [Key in Name]?: A } =>
  value === null || value === undefined ? {} : ({ [name]: value } as { [Key in Name]: A })
/** As JSON has it, which is what other devices get: a date becomes text, a function nothing. */
export const toPlain = (metadata: FileMetadata | null | undefined): FileMetadata | null | undefined =>
  metadata == null ? metadata : JSON.parse(JSON.stringify(metadata))
