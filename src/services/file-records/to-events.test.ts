import { expect } from "@esm-bundle/chai"
import { insertFiles, updateFile } from "../../schema/file-statements.js"
import type { FileRecord } from "../../types/index.js"
import { contentOf } from "./content-of.js"
import { fileColumns } from "./record-row.js"
import { toCreated, toUpdated } from "./to-events.js"

/** A record with a value in every field. */
const record: FileRecord = {
  id: "a",
  name: "a.jpg",
  mimeType: "image/jpeg",
  sizeBytes: 3,
  contentHash: "hash",
  path: "path",
  remoteKey: "key",
  metadata: { caption: "x", width: 1 },
  contentMetadata: { width: 1 },
  lastModified: new Date(1),
  takenAt: new Date(2),
  createdAt: new Date(3),
  sequence: 4,
  updatedAt: new Date(5),
  deletedAt: new Date(6),
}

const without = (names: ReadonlyArray<string>, ...left: ReadonlyArray<string>) =>
  names.filter((name) => !left.includes(name)).toSorted()

/** A field that an event or a statement leaves out would be lost on other devices, without a type error. */
describe("every field of a record", () => {
  it("is in the event of a new record, unless it begins empty", () => {
    expect(Object.keys(toCreated(record)).toSorted()).to.deep.equal(
      without(Object.keys(record), "remoteKey", "updatedAt", "deletedAt"),
    )
  })

  it("is in the event of new content, if it belongs to the content", () => {
    const content = contentOf(record)
    expect(Object.keys(toUpdated({ id: "a", content }, new Date(7))).toSorted()).to.deep.equal(
      [...Object.keys(content), "id", "updatedAt"].toSorted(),
    )
  })

  it("of an update's event is written by its statement", () => {
    const update = toUpdated(
      { id: "a", content: contentOf(record), name: "b.jpg", metadata: { caption: "y" } },
      new Date(7),
    )
    const statement = updateFile(update).find(({ sql }) => sql.includes("name = "))
    for (const field of Object.keys(update)) {
      expect(statement?.bindValues, field).to.have.property(field)
      expect(statement?.sql).to.match(new RegExp(`\\$${field}\\b`))
    }
  })

  it("is a column that reading a table as one string asks for", () => {
    expect([...fileColumns].toSorted()).to.deep.equal([...Object.keys(record), "revision"].toSorted())
    const [statement] = insertFiles([toCreated(record)])
    for (const field of Object.keys(toCreated(record)))
      expect(statement?.sql).to.match(new RegExp(`\\b${field}\\b`))
  })
})
