import type { FileRecord } from "../../types/index.js"
import { contentOf } from "./content-of.js"
import type { FactFile, LoggedEvent, RecordPosition, RecordsView } from "./record-facts.js"
import { erasureEvent, filesOf } from "./record-facts.js"
import type { FileFact, FileTables } from "./record-log.js"

const names = {
  created: "v1.FileCreated",
  updated: "v1.FileUpdated",
  uploaded: "v1.FileUploaded",
  missing: "v1.FileMissing",
  deleted: "v1.FileDeleted",
  restored: "v1.FileRestored",
  erased: erasureEvent,
  contentErased: "v1.ContentErased",
} as const satisfies Record<FileFact["type"], string>

const times = ["createdAt", "updatedAt", "deletedAt", "restoredAt", "erasedAt", "lastModified", "takenAt"]

const toPlain = (value: unknown): FactFile => JSON.parse(JSON.stringify(value)) as FactFile

const withTimes = (file: FactFile): FactFile => ({
  ...file,
  ...Object.fromEntries(
    times.flatMap((name) => {
      const value = file[name]
      return typeof value === "string" ? [[name, new Date(value)]] : []
    }),
  ),
})

/** A fact as an event of LiveStore's log. */
export const toLogged = (fact: FileFact): LoggedEvent => {
  const { type, ...rest } = fact
  const name = names[type]
  switch (fact.type) {
    case "created":
      return { name, args: { files: [toPlain(fact.record)] } }
    case "updated":
      return { name, args: { files: [toPlain({ ...rest, ...fact.content, content: undefined })] } }
    case "contentErased":
      return { name, args: { contents: [toPlain(rest)] } }
    default:
      return { name, args: { files: [toPlain(rest)] } }
  }
}

/** An event of LiveStore's log as facts; the inverse of {@link toLogged}. */
export const fromLogged = (event: LoggedEvent): ReadonlyArray<FileFact> => {
  const type = (Object.keys(names) as Array<FileFact["type"]>).find((one) => names[one] === event.name)
  if (type === undefined) return []
  const listed =
    type === "contentErased"
      ? (event.args as { readonly contents: ReadonlyArray<FactFile> }).contents
      : filesOf(event)
  return listed.map((file) => {
    const whole = withTimes(file)
    if (type === "created") return { type, record: whole } as unknown as FileFact
    const content =
      typeof whole["contentHash"] === "string" ? contentOf(whole as unknown as FileRecord) : undefined
    return { type, ...whole, ...(type === "updated" ? { content } : {}) } as unknown as FileFact
  })
}

/** What the tables say of a record's past and present. */
export const viewOf = (tables: () => FileTables): RecordsView => ({
  positionOf: (fileId): RecordPosition | undefined => {
    const row = tables().rows.get(fileId)
    return row === undefined
      ? undefined
      : {
          contentHash: row.contentHash,
          remoteKey: row.remoteKey,
          lostKey: tables().lostKeys.get(fileId),
          updatedAt: row.updatedAt.getTime(),
          deletedAt: row.deletedAt?.getTime() ?? null,
        }
  },
  hadContent: (fileId, contentHash, until) => {
    const version = tables().versions.get(`${fileId} ${contentHash}`)
    return version !== undefined && version.supersededAt.getTime() >= until
  },
})
