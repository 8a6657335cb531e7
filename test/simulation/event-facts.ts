import type { FileFact } from "../../src/services/file-records/record-log.js"
import {
  deleteFile,
  eraseFile,
  insertFiles,
  markContentErased,
  markMissing,
  markUploaded,
  restoreFile,
  type Statement,
  updateFile,
} from "../../src/schema/file-statements.js"

// biome-ignore lint/suspicious/noExplicitAny: events as LiveStore has them; their schemas were checked when they were made.
type Args = any

/** An event as the engine commits it. */
export interface SimEvent {
  readonly name: string
  readonly args: Args
}

const statements = new WeakMap<FileFact, ReadonlyArray<Statement>>()

/** What a fact does to the tables; that of all files of an event is with the first of them. */
export const statementsOf = (facts: ReadonlyArray<FileFact>): ReadonlyArray<Statement> =>
  facts.flatMap((fact) => statements.get(fact) ?? [])

const materialize = ({ name, args }: SimEvent): ReadonlyArray<Statement> => {
  switch (name) {
    case "v1.FileCreated":
      return insertFiles(args.files)
    case "v1.FileUpdated":
      return args.files.flatMap(updateFile)
    case "v1.FileUploaded":
      return args.files.flatMap(markUploaded)
    case "v1.FileMissing":
      return args.files.flatMap(markMissing)
    case "v1.FileDeleted":
      return args.files.flatMap(deleteFile)
    case "v1.FileRestored":
      return args.files.flatMap(restoreFile)
    case "v1.FileErased":
      return args.files.flatMap(eraseFile)
    case "v1.ContentErased":
      return args.contents.flatMap(markContentErased)
    default:
      throw new Error(`The simulation knows no event ${name}`)
  }
}

const contentOf = (file: Args) =>
  file.contentHash === undefined
    ? undefined
    : {
        contentHash: file.contentHash,
        mimeType: file.mimeType,
        sizeBytes: file.sizeBytes,
        path: file.path,
        contentMetadata: null,
        lastModified: null,
        takenAt: null,
      }

const toFacts = ({ name, args }: SimEvent): ReadonlyArray<FileFact> => {
  const type = name.replace("v1.File", "").toLowerCase()
  if (name === "v1.ContentErased")
    return args.contents.map((content: Args) => ({ type: "contentErased", ...content }))
  return args.files.map((file: Args) => {
    if (type === "created") {
      const record = { metadata: null, ...file, remoteKey: null, updatedAt: file.createdAt, deletedAt: null }
      return { type, record }
    }
    return type === "updated"
      ? { metadata: undefined, name: undefined, ...file, type, content: contentOf(file) }
      : { type, ...file }
  })
}

/** The facts of an event, one for each file, which know what the event does to the tables. */
export const factsOf = (event: SimEvent): ReadonlyArray<FileFact> => {
  const facts = toFacts(event)
  const [first] = facts
  if (first !== undefined) statements.set(first, materialize(event))
  return facts
}
