/** What each page shows: markup one can copy, and the states the element can be put into. */
import { inspector } from "./inspector-examples.js"
import { landscape, placeholderOf } from "./pictures.js"

const never = () => new Promise(() => {})
const size = { width: 960, height: 640 }
const hue = 205
const harbour = () => landscape("Harbour in the morning.jpg", hue)
const paperOf = (name, sizeBytes, type = "application/pdf") =>
  new File([new Uint8Array(sizeBytes)], name, { type })
const refused = { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" }

const image = {
  code: `<filesync-image
  file-id="FILE-ID"
  alt="Harbour in the morning"
  style="inline-size: min(100%, 30rem)"
></filesync-image>`,
  states: {
    ready: async (engine) => engine.arrive({ id: "FILE-ID", metadata: size }, await harbour()),
    "placeholder, downloading": async (engine) => {
      engine.arrive({ id: "FILE-ID", metadata: { ...size, placeholder: await placeholderOf(hue) } })
      engine.getFileUrl = never
      engine.become("FILE-ID", { transfer: "downloading", progress: 0.4 })
    },
    uploading: async (engine) => {
      engine.arrive({ id: "FILE-ID", metadata: size }, await harbour())
      engine.become("FILE-ID", { transfer: "uploading", progress: 0.7 })
    },
    loading: async (engine) => {
      engine.arrive({ id: "FILE-ID", metadata: size })
      engine.getFileUrl = never
    },
    "only on this device": async (engine) => {
      engine.arrive({ id: "FILE-ID", metadata: size, remoteKey: null }, await harbour())
      engine.become("FILE-ID", { transfer: "queued-upload" })
    },
    "failed to upload": async (engine) => {
      engine.arrive({ id: "FILE-ID", metadata: size, remoteKey: null }, await harbour())
      engine.become("FILE-ID", { transfer: "error", error: refused })
    },
    missing: async (engine) => engine.arrive({ id: "FILE-ID", metadata: size, remoteKey: null }),
    error: async (engine) => engine.arrive({ id: "FILE-ID", metadata: size }),
    "not a picture": async (engine) =>
      engine.arrive({ id: "FILE-ID", metadata: size }, new Blob(["text"], { type: "image/png" })),
  },
  more: [
    {
      title: "Cropped to a shape of your own",
      code: `<filesync-image
  file-id="FILE-ID"
  alt="Harbour in the morning"
  fit="cover"
  style="inline-size: 8rem; aspect-ratio: 1; border-radius: 50%"
></filesync-image>`,
    },
    {
      title: "Words of your own while there is nothing to see",
      code: `<filesync-image file-id="nobody" alt="" width="240" height="120">
  <p slot="missing">No portrait yet</p>
</filesync-image>`,
    },
  ],
}

const upload = {
  code: `<filesync-upload multiple></filesync-upload>`,
  states: {
    idle: async () => {},
    "files in every state": async (engine, element) => {
      const { saveFile } = engine
      element.addFiles([
        await harbour(),
        paperOf("Minutes of the general meeting.pdf", 2_400_000),
        paperOf("Budget.ods", 48_000, "text/plain"),
        paperOf("Done.txt", 1_200, "text/plain"),
      ])
      await engine.when(() => element.value.length === 4)
      engine.saveFile = saveFile
      const [photo, minutes, , done] = element.value
      engine.become(photo, { transfer: "uploading", progress: 0.64, bytesDone: 64, bytesTotal: 100 })
      engine.become(minutes, { transfer: "error", error: refused })
      engine.become(done, { transfer: "done", progress: 1, remote: true })
    },
    saving: async (engine, element) => {
      engine.saveFile = (file, { onProgress }) => {
        onProgress?.(file.size * 0.6, file.size)
        return never()
      }
      engine.saveFiles = never
      element.addFiles([paperOf("A film of the harbour.mp4", 9_000_000, "video/mp4")])
    },
    refused: async (_engine, element) => {
      element.setAttribute("accept", "image/*")
      element.setAttribute("max-size", "5MB")
      element.addFiles([paperOf("Minutes of the general meeting.pdf", 48_000)])
    },
    disabled: async (_engine, element) => element.setAttribute("disabled", ""),
  },
  more: [
    {
      title: "In a form: its value is the file ids, valid at once, also offline",
      code: `<form>
  <filesync-upload name="receipts" accept="image/*,.pdf" max-size="10MB" multiple required>
    Drop receipts here or
  </filesync-upload>
  <button>Send</button>
</form>`,
    },
    { title: "A button alone", code: `<filesync-upload multiple compact></filesync-upload>` },
    { title: "A whole folder", code: `<filesync-upload directory></filesync-upload>` },
    {
      title: "The camera, on phones",
      code: `<filesync-upload accept="image/*" capture="environment"></filesync-upload>`,
    },
  ],
}

const moving = {
  state: "syncing",
  uploading: 2,
  queuedUploads: 3,
  downloading: 1,
  onlyHere: 5,
  bytesDone: 4,
  bytesTotal: 10,
}
const says = (status) => async (engine) => engine.say(status)
const status = {
  code: `<filesync-status></filesync-status>`,
  states: {
    idle: says({}),
    syncing: says(moving),
    saving: says({ saving: 500, savingBytesDone: 30e6, savingBytesTotal: 180e6 }),
    offline: says({ state: "offline", online: false, onlyHere: 2, queuedUploads: 2 }),
    "server unreachable": says({ state: "offline", cause: "unreachable", onlyHere: 2, queuedUploads: 2 }),
    "server in trouble": async (engine) =>
      engine.say({
        ...{ state: "syncing", cause: "server-trouble", onlyHere: 2, queuedUploads: 2 },
        nextTryAt: Date.now() + 12_000,
      }),
    "signed out": says({ state: "error", cause: "signed-out", failed: 1, onlyHere: 1 }),
    "server full": says({ state: "error", cause: "server-full", failed: 1, onlyHere: 1 }),
    "device full": says({ state: "error", cause: "device-full", failed: 1 }),
    "wrong address": says({ state: "error", cause: "wrong-address", failed: 1, onlyHere: 1 }),
    paused: says({ state: "paused", paused: true, onlyHere: 2 }),
    error: async (engine) => {
      engine.arrive({ id: "a", name: "Minutes of the general meeting.pdf", mimeType: "application/pdf" })
      engine.become("a", { transfer: "error", error: refused })
      engine.say({ state: "error", failed: 1, onlyHere: 1 })
    },
    "only on this device": says({ onlyHere: 1 }),
    "in memory": says({ storage: "memory" }),
    unsupported: says({ state: "unsupported" }),
  },
  more: [
    {
      title: "Everything there is to say, and what can be done",
      code: `<filesync-status detail></filesync-status>`,
    },
  ],
}

const list = {
  code: `<filesync-list type="image/*">
  <template>
    <figure>
      <filesync-image fit="cover"></filesync-image>
      <figcaption data-file="name"></figcaption>
      <button data-file-delete="Delete this photo?">Delete</button>
    </figure>
  </template>
</filesync-list>`,
  states: {
    filled: async (engine) => {
      for (const [at, name] of ["Harbour.jpg", "Island.jpg", "Evening.jpg", "Cliffs.jpg"].entries()) {
        engine.arrive({ id: `p${at}`, name, metadata: size }, await landscape(name, 20 + at * 85))
      }
      engine.arrive({
        id: "d1",
        name: "Minutes of the general meeting.pdf",
        mimeType: "application/pdf",
        sizeBytes: 2_400_000,
      })
      engine.arrive({ id: "d2", name: "Letter.txt", mimeType: "text/plain", sizeBytes: 1_200 })
    },
    empty: async () => {},
  },
  more: [
    { title: "Without a template", code: `<filesync-list></filesync-list>` },
    {
      title: "A gallery: opens the viewer, renames and deletes in place",
      code: `<filesync-list viewer editable></filesync-list>`,
    },
    {
      title: "Names, sizes and links",
      code: `<filesync-list order="name" limit="4">
  <template>
    <p><a data-file-link><span data-file="name"></span></a>, <span data-file="size"></span></p>
  </template>
</filesync-list>`,
    },
  ],
}

const show = (element, id) => element.show(id, { ids: ["FILE-ID", "text", "report"] })
const fill = async (engine) => {
  engine.arrive({ id: "FILE-ID", name: "Harbour in the morning.jpg", metadata: size }, await harbour())
  engine.arrive(
    { id: "text", name: "Letter.txt", mimeType: "text/plain" },
    new Blob(["Dear all,\n\nthe harbour is open again.\n"]),
  )
  engine.arrive({ id: "report", name: "Minutes.pdf", mimeType: "application/pdf", sizeBytes: 2_400_000 })
}
const viewer = {
  code: `<filesync-image file-id="FILE-ID" alt="Harbour in the morning" viewer width="240" height="160"></filesync-image>
<filesync-viewer></filesync-viewer>`,
  states: {
    closed: fill,
    "a picture": async (engine, element) => {
      await fill(engine)
      show(element, "FILE-ID")
    },
    "a text": async (engine, element) => {
      await fill(engine)
      show(element, "text")
    },
    "what is not opened": async (engine, element) => {
      await fill(engine)
      show(element, "report")
    },
  },
  more: [
    {
      title: "From a list: arrows and swipes go through its files",
      code: `<filesync-list viewer></filesync-list>`,
    },
  ],
}

/** By the element's tag. */
export const examples = {
  "filesync-image": image,
  "filesync-upload": upload,
  "filesync-status": status,
  "filesync-list": list,
  "filesync-viewer": viewer,
  "filesync-inspector": inspector,
}
