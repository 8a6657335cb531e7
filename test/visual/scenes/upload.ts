import type { FilesyncUpload } from "../../../components/filesync-upload/filesync-upload.js"
import { failure } from "../../../components/test-support/faults.js"
import { madePhoto } from "./made-photo.js"
import type { Scenes, Stage } from "./scene.js"

const never = () => new Promise<void>(() => {})
const text = (name: string, sizeBytes = 48_000): File =>
  new File([new Uint8Array(sizeBytes)], name, { type: "text/plain" })

const mount = (stage: Stage, attributes = "multiple", content = "") =>
  stage.mount<FilesyncUpload>(`<filesync-upload ${attributes}>${content}</filesync-upload>`)

const dropzoneOf = (element: Element): Element =>
  element.shadowRoot?.querySelector("[part=dropzone]") as Element

const rowsSettled = (stage: Stage, element: FilesyncUpload, count: number) =>
  stage.until(() => {
    const pictures = [...(element.shadowRoot?.querySelectorAll("img") ?? [])]
    return (
      element.shadowRoot?.querySelectorAll("[part=item]").length === count &&
      pictures.every(({ complete }) => complete)
    )
  })

/** Every state of `<filesync-upload>`. */
export const uploadScenes: Scenes = {
  idle: async (stage) => {
    await mount(stage)
  },
  "idle, one picture up to 5 MB": async (stage) => {
    await mount(stage, 'accept="image/*" max-size="5MB"')
  },
  "idle, a folder": async (stage) => {
    await mount(stage, "directory")
  },
  "idle, the camera": async (stage) => {
    await mount(stage, 'accept="image/*" capture="environment"')
  },
  "idle, words of the page": async (stage) => {
    await mount(
      stage,
      "multiple",
      'Drop receipts here or <span slot="hint">PDF, up to <b>20 pages</b></span>',
    )
  },
  "idle, button focused": async (stage) => {
    const element = await mount(stage)
    element.shadowRoot?.querySelector("button")?.focus({ focusVisible: true } as FocusOptions)
  },
  dragover: async (stage) => {
    const element = await mount(stage)
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(text("a.txt"))
    dropzoneOf(element).dispatchEvent(
      new DragEvent("dragenter", { dataTransfer, bubbles: true, cancelable: true }),
    )
    await stage.until(() => element.state === "dragover")
  },
  disabled: async (stage) => {
    await mount(stage, "multiple disabled")
  },
  "invalid: three refused": async (stage) => {
    const element = await mount(stage, 'multiple accept="image/*,.pdf" max-size="20kB" max-files="2"')
    element.addFiles([
      text("letter.txt"),
      new File([new Uint8Array(48_000)], "A photo of the harbour.png", { type: "image/png" }),
    ])
    await stage.until(() => element.state === "invalid")
  },
  "invalid: unreadable": async (stage) => {
    const element = await mount(stage, "directory")
    const unreadable = { isFile: true, name: "locked.txt", file: (_: unknown, no: () => void) => no() }
    const parts = [[unreadable], []]
    const readEntries = (give: (entries: ReadonlyArray<unknown>) => void) => give(parts.shift() ?? [])
    const folder = { isDirectory: true, name: "album", createReader: () => ({ readEntries }) }
    const items = [{ kind: "file", webkitGetAsEntry: () => folder }]
    const drop = new Event("drop", { cancelable: true })
    Object.defineProperty(drop, "dataTransfer", { value: { types: ["Files"], items } })
    dropzoneOf(element).dispatchEvent(drop)
    await stage.until(() => element.state === "invalid")
  },
  "invalid: required": async (stage) => {
    const form = await stage.mount<HTMLFormElement>(
      '<form><filesync-upload name="f" required></filesync-upload></form>',
    )
    form.checkValidity()
    await stage.until(() => form.querySelector("[state=invalid]"))
  },
  "busy: waiting and saving": async (stage) => {
    stage.engine.faults.save = never
    const element = await mount(stage)
    element.addFiles([await madePhoto(400, 300), text("letter.txt")])
    await rowsSettled(stage, element, 2)
  },
  compact: async (stage) => {
    await mount(stage, "multiple compact")
  },
  "compact, with a file on its way": async (stage) => {
    stage.engine.faults.save = never
    const element = await mount(stage, "multiple compact")
    element.addFiles([text("letter.txt")])
    await rowsSettled(stage, element, 1)
  },
  "files held above the page": async (stage) => {
    const element = await mount(stage, 'multiple drop-target="page"')
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(text("a.txt"))
    document.body.dispatchEvent(
      new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true, composed: true }),
    )
    await stage.until(() => element.state === "dragover")
  },
  "a folder is being read": async (stage) => {
    const element = await mount(stage, "directory")
    const folder = { isDirectory: true, name: "album", createReader: () => ({ readEntries: () => {} }) }
    const items = [{ kind: "file", webkitGetAsEntry: () => folder }]
    const drop = new Event("drop", { cancelable: true })
    Object.defineProperty(drop, "dataTransfer", { value: { types: ["Files"], items } })
    dropzoneOf(element).dispatchEvent(drop)
    await stage.until(() => element.state === "busy")
  },
  "many files, of which some are finished": async (stage) => {
    stage.engine.faults.save = (file) => (file.size === 14 ? never() : undefined)
    const element = await mount(stage)
    element.addFiles(Array.from({ length: 12 }, (_, at) => text(`done ${at}.txt`)))
    await stage.until(() => element.value.length === 12)
    const { now } = performance
    // As if it was a while ago.
    performance.now = () => now.call(performance) - 6000
    for (const id of element.value) stage.engine.setFileState(id, { transfer: "done", remote: true })
    performance.now = now
    element.addFiles(Array.from({ length: 50 }, (_, at) => text(`waiting ${at}.txt`, 14)))
    await rowsSettled(stage, element, 20)
  },
  "finished files of a form": async (stage) => {
    const element = await mount(stage, 'multiple name="photos"')
    element.addFiles([text("a.txt"), text("b.txt")])
    await stage.until(() => element.value.length === 2)
    const { now } = performance
    performance.now = () => now.call(performance) - 6000
    for (const id of element.value) stage.engine.setFileState(id, { transfer: "done", remote: true })
    performance.now = now
    await rowsSettled(stage, element, 0)
  },
  "files in every state": async (stage) => {
    const { engine } = stage
    engine.faults.save = (file) => {
      if (file.size === 13) throw failure("QuotaExceeded")
    }
    const element = await mount(stage)
    element.addFiles([
      await madePhoto(400, 300),
      text("Minutes of the general meeting with all its appendices, second and final version.pdf", 2_400_000),
      text("letter.txt"),
      text("done.txt", 1_200),
      text("too large.txt", 13),
    ])
    await stage.until(() => element.value.length === 4)
    const [photo = "", pdf = "", , done = ""] = element.value
    engine.setFileState(photo, { transfer: "uploading", progress: 0.64, bytesDone: 64, bytesTotal: 100 })
    engine.setFileState(pdf, {
      transfer: "error",
      error: { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" },
    })
    engine.setFileState(done, { transfer: "done", progress: 1, remote: true })
    await rowsSettled(stage, element, 5)
  },
}
