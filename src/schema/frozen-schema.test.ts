import { expect } from "@esm-bundle/chai"
import { Schema } from "effect"
import { extendSchema } from "./index.js"

/** The members of an event as it is stored and sent, in one line. */
const membersOf = (schema: Schema.Schema.AnyNoContext): string =>
  String(Schema.encodedSchema(schema))
    .replaceAll("readonly ", "")
    .replaceAll(" | undefined", "")
    .replaceAll(
      "{ [x: string]: string | number | boolean | null | ReadonlyArray<<suspended schema>> | { [x: string]: <suspended schema> } }",
      "JsonObject",
    )

/**
 * Events are kept for ever and read by every later version, so a change here is a decision. A new optional member is
 * compatible: add it below. Anything else needs an event of a new name. Another hash of the tables makes LiveStore
 * rebuild its state from the log at the next start.
 */
describe("the schema that devices share", () => {
  const { schema } = extendSchema({})

  it("has the events it always had", () => {
    const events = [...schema.eventsDefsMap].filter(([name]) => name.startsWith("v1."))
    const aboutContent = "contentMetadata?: JsonObject; lastModified?: string; takenAt?: string"
    expect(Object.fromEntries(events.map(([name, event]) => [name, membersOf(event.schema)]))).to.deep.equal({
      "v1.FileCreated": `{ files: ReadonlyArray<{ id: string; name: string; mimeType: string; sizeBytes: number; contentHash: string; path: string; ${aboutContent}; metadata?: JsonObject; createdAt: string; sequence?: number }> }`,
      "v1.FileUpdated": `{ files: ReadonlyArray<{ id: string; contentHash?: string; mimeType?: string; sizeBytes?: number; path?: string; ${aboutContent}; name?: string; metadata?: JsonObject; updatedAt: string }> }`,
      "v1.FileUploaded": "{ files: ReadonlyArray<{ id: string; contentHash: string; remoteKey: string }> }",
      "v1.FileMissing": "{ files: ReadonlyArray<{ id: string; contentHash: string; remoteKey: string }> }",
      "v1.FileDeleted": "{ files: ReadonlyArray<{ id: string; deletedAt: string }> }",
      "v1.FileRestored": "{ files: ReadonlyArray<{ id: string; restoredAt: string }> }",
      "v1.FileErased": "{ files: ReadonlyArray<{ id: string; erasedAt: string }> }",
      "v1.ContentErased": "{ contents: ReadonlyArray<{ contentHash: string; erasedAt: string }> }",
      "v1.LocalFileStateSet":
        "{ files: ReadonlyArray<{ fileId: string; localHash: string; failedHash: string; failedReason: string; pinned: boolean; evicted: boolean }> }",
      "v1.LocalVersionsHeard": "{ contentHashes: ReadonlyArray<string>; heardAt: string }",
      "v1.LocalVersionsPruned": "{ until: string }",
    })
  })

  it("has the tables it always had", () => {
    expect(schema.state.sqlite.hash).to.equal(-147_086_846_598)
  })
})
