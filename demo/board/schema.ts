/** A photo on the board: a file's record, and the caption below it. Page and worker share this. */
import { Events, Schema, State } from "@livestore/livestore"
import { extendSchema } from "livestore-filesync/schema"

const photos = State.SQLite.table({
  name: "photos",
  columns: {
    id: State.SQLite.text({ primaryKey: true }),
    fileId: State.SQLite.text({}),
    caption: State.SQLite.text({ default: "" }),
    addedAt: State.SQLite.integer({}),
  },
})

const photoEvents = {
  photoAdded: Events.synced({
    name: "v1.PhotoAdded",
    schema: Schema.Struct({ id: Schema.String, fileId: Schema.String, addedAt: Schema.Number }),
  }),
  captionChanged: Events.synced({
    name: "v1.CaptionChanged",
    schema: Schema.Struct({ id: Schema.String, caption: Schema.String }),
  }),
  photoRemoved: Events.synced({
    name: "v1.PhotoRemoved",
    schema: Schema.Struct({ id: Schema.String }),
  }),
}

export const { schema, tables, events } = extendSchema({
  tables: { photos },
  events: photoEvents,
  materializers: State.SQLite.materializers(photoEvents, {
    "v1.PhotoAdded": ({ id, fileId, addedAt }) =>
      photos.insert({ id, fileId, addedAt }).onConflict("id", "ignore"),
    "v1.CaptionChanged": ({ id, caption }) => photos.update({ caption }).where({ id }),
    "v1.PhotoRemoved": ({ id }) => photos.delete().where({ id }),
  }),
})
