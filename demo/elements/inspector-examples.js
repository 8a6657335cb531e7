/** What the inspector's page shows: files in every state, seen through each of its parts. */
import { landscape } from "./pictures.js"

const refused = { tag: "UploadError", reason: "Forbidden", message: "The server answered 403." }

const files = [
  ["Minutes of the general meeting.pdf", "application/pdf", 2_400_000, { transfer: "error", error: refused }],
  ["A film of the harbour.mp4", "video/mp4", 180_000_000, { transfer: "uploading", progress: 0.4 }],
  ["Budget.ods", "application/vnd.oasis.opendocument.spreadsheet", 48_000, { transfer: "queued-upload" }],
  ["محضر الاجتماع.pdf", "application/pdf", 310_000, { transfer: "downloading", progress: 0.7, local: false }],
  ["Letter.txt", "text/plain", 1_200, { local: false, remote: true }],
]

const fill = async (engine) => {
  engine.arrive(
    { id: "photo", name: "Harbour.jpg", metadata: { width: 960 } },
    await landscape("Harbour.jpg", 205),
  )
  for (const [at, [name, mimeType, sizeBytes, state]] of files.entries()) {
    const id = `file-${at}`
    engine.arrive({ id, name, mimeType, sizeBytes, remoteKey: state.remote ? id : null })
    engine.become(id, { local: true, ...state })
  }
  const moving = { uploading: 1, downloading: 1, queuedUploads: 1, failed: 1, onlyHere: 3 }
  engine.say({ state: "syncing", ...moving, bytesDone: 72, bytesTotal: 180 })
}

const show = (tab) => async (engine, element) => {
  element.tab = tab
  await fill(engine)
}

/** As the others in `examples.js`; its script is one of its own. */
export const inspector = {
  script: "/livestore-filesync/filesync-inspector.js",
  code: `<filesync-inspector></filesync-inspector>`,
  states: {
    files: show("files"),
    transfers: show("transfers"),
    events: async (engine, element) => {
      await show("events")(engine, element)
      engine.announce({ type: "saved", fileId: "photo", contentHash: engine.getFile("photo").contentHash })
      engine.announce({ type: "upload-started", fileId: "file-0" })
      engine.announce({
        type: "transfer-failed",
        kind: "upload",
        fileId: "file-0",
        error: refused,
        retryInMs: null,
      })
    },
    storage: show("storage"),
    report: show("report"),
    "nothing to see": async () => {},
  },
  more: [
    {
      title: "Opened at what moves",
      code: `<filesync-inspector tab="transfers"></filesync-inspector>`,
    },
  ],
}
