/** The board without any framework: what it shows, and what a person can do to it. */
import { makePersistedAdapter } from "@livestore/adapter-web"
// oxlint-disable-next-line import/default -- Vite makes it.
import LiveStoreSharedWorker from "@livestore/adapter-web/shared-worker?sharedworker"
import { createStorePromise, queryDb } from "@livestore/livestore"
import { createFileSync, type FileRecord, registerFileSyncServiceWorker } from "livestore-filesync"
import { httpAdapter } from "livestore-filesync/adapters/http"
// oxlint-disable-next-line import/default -- And this one.
import LiveStoreWorker from "./livestore.worker.js?worker"
import { events, schema, tables } from "./schema.js"

/** One photo as the page shows it. */
export interface Photo {
  readonly id: string
  readonly fileId: string
  readonly caption: string
}

const allPhotos = queryDb(tables.photos.orderBy("addedAt", "desc"), { label: "photos" })

/** What to commit together with a file's record: both are on the board, or neither is. */
export const photoOf = (record: FileRecord) => [
  events.photoAdded({ id: crypto.randomUUID(), fileId: record.id, addedAt: Date.now() }),
]

/** Opens the board of this name. Another device that opens the same one sees the same photos. */
export const openBoard = async (name: string) => {
  const store = await createStorePromise({
    schema,
    storeId: name,
    adapter: makePersistedAdapter({
      storage: { type: "opfs" },
      worker: LiveStoreWorker,
      sharedWorker: LiveStoreSharedWorker,
      // Start from what the worker has checked, not from what the page finds in its files.
      experimental: { disableFastPath: true },
    }),
  })
  const fileSync = createFileSync({ store, remoteAdapter: httpAdapter({ baseUrl: "/api" }) })
  await fileSync.start()
  // Without it pictures are shown from blob URLs; the page does not wait for it.
  void registerFileSyncServiceWorker()

  return {
    /** Calls back with the photos now and after every change; returns the unsubscribe. */
    watch: (show: (photos: ReadonlyArray<Photo>) => void) => store.subscribe(allPhotos, show),
    rename: (id: string, caption: string) => store.commit(events.captionChanged({ id, caption })),
    async remove({ id, fileId }: Photo) {
      store.commit(events.photoRemoved({ id }))
      await fileSync.deleteFile(fileId)
    },
  }
}

/** A board that is open. */
export type Board = Awaited<ReturnType<typeof openBoard>>

/** `?board=…` in the address. */
export const boardName = (): string => {
  const asked = new URL(location.href).searchParams.get("board") ?? ""
  return /^[\w-]{1,64}$/.test(asked) ? asked : "board"
}
