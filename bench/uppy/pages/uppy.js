/** Uppy with its tus plugin as its documentation has it, every option at its default; no records, nothing kept here. */
import Uppy from "@uppy/core"
import GoldenRetriever from "@uppy/golden-retriever"
import Tus from "@uppy/tus"
import { pickedFiles } from "./shared/picked-files.js"

let uppy
let restored
let waiting

const add = (files) =>
  uppy.addFiles(files.map((file) => ({ name: file.name, type: file.type, data: file, source: "picker" })))

const upload = async () => {
  const { successful, failed } = await uppy.upload()
  if (failed.length > 0 || successful.length === 0) throw new Error(`${failed.length} were not uploaded`)
}

globalThis.subject = {
  /** `isRetrieving`: with Golden Retriever, which a crash needs and a plain upload would pay for. */
  async open({ storeId, isRetrieving = false }) {
    uppy = new Uppy({ id: storeId })
    restored = new Promise((resolve) => uppy.once("restored", resolve))
    if (isRetrieving) uppy.use(GoldenRetriever)
    uppy.use(Tus, { endpoint: "/files/" })
  },
  /** It keeps nothing on the device: a file is read when it is sent. */
  saveLarge: () => add(pickedFiles()),
  sendLarge: upload,
  lastHash: () => "",
  /** After a kill, with the file picked again, which is only used if it was not kept. Returns whether that was so. */
  async finishLarge({ storeId }) {
    await this.open({ storeId, isRetrieving: true })
    await restored
    const [file] = uppy.getFiles()
    const wasPickedAgain = file.isGhost === true
    if (wasPickedAgain) add(pickedFiles())
    const done = new Promise((resolve, reject) => {
      uppy.once("complete", ({ failed }) =>
        failed.length === 0 ? resolve() : reject(new Error("It was not uploaded")),
      )
    })
    uppy.emit("restore-confirmed")
    await done
    return { wasPickedAgain }
  },
  expect() {},
  saveAll() {
    add(pickedFiles())
    waiting = upload()
    waiting.catch(() => {})
  },
  waited: () => waiting,
  close: () => uppy.destroy(),
}
