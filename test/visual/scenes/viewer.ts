import type { FilesyncViewer } from "../../../components/filesync-viewer/filesync-viewer.js"
import { failure } from "../../../components/test-support/faults.js"
import { madePhoto } from "./made-photo.js"
import type { Scenes, Stage } from "./scene.js"

/** Not over the whole page, so that a scene is as high as what there is to see. */
const small = `<div><filesync-viewer></filesync-viewer><div style="block-size:440px"></div>
  <style>filesync-viewer::part(dialog) { inset-block: 36px auto; block-size: 440px }</style></div>`

const open = async ({ engine, mount, until }: Stage, fileId: string): Promise<FilesyncViewer> => {
  const place = await mount<HTMLElement>(small)
  const element = place.querySelector("filesync-viewer") as FilesyncViewer
  element.show(fileId, { ids: engine.listFiles({ order: "oldest" }).map(({ id }) => id) })
  await until(() => element.shadowRoot?.querySelector("dialog")?.open)
  await until(() => element.state !== "loading")
  return element
}

const partOf = (element: Element, part: string) =>
  element.shadowRoot?.querySelector<HTMLElement>(`[part=${part}]`)

const fill = async ({ engine }: Stage): Promise<void> => {
  const name = "Harbour in the morning, seen from the lighthouse.png"
  engine.arrive({ id: "a", name }, await madePhoto(800, 600))
  engine.arrive(
    { id: "b", name: "letter.txt", mimeType: "text/plain" },
    new Blob([`Dear all,\n\n${"A text of some length is read here. ".repeat(40)}`]),
  )
  engine.arrive({
    id: "c",
    name: "Minutes of the general meeting.pdf",
    mimeType: "application/pdf",
    sizeBytes: 2_400_000,
  })
}

const openPicture = async (stage: Stage): Promise<FilesyncViewer> => {
  await fill(stage)
  const element = await open(stage, "a")
  await stage.until(() => element.shadowRoot?.querySelector("filesync-image[state=ready]"))
  return element
}

/** `<filesync-viewer>` with all that it shows and cannot show. */
export const viewerScenes: Scenes = {
  picture: async (stage) => {
    await openPicture(stage)
  },
  "picture, zoomed": async (stage) => {
    const element = await openPicture(stage)
    partOf(element, "picture")?.click()
    await stage.until(() => element.shadowRoot?.querySelector(".zoomed filesync-image[state=ready]"))
  },
  "picture, with earlier versions": async (stage) => {
    stage.engine.listVersions = () =>
      [1, 2].map((day) => ({
        ...{ fileId: "a", contentHash: `${day}`, mimeType: "image/png", sizeBytes: 48_000 * day },
        ...{ remoteKey: null, contentMetadata: null, lastModified: null, takenAt: null },
        supersededAt: new Date(1_700_000_000_000 + day * 86_400_000),
      }))
    const element = await openPicture(stage)
    element.shadowRoot?.querySelector<HTMLElement>("[part=action][aria-expanded]")?.click()
    await stage.until(() => partOf(element, "versions"))
  },
  "text, between two files": async (stage) => {
    await fill(stage)
    await open(stage, "b")
  },
  "what is not opened here": async (stage) => {
    await fill(stage)
    await open(stage, "c")
  },
  "no connection": async (stage) => {
    stage.engine.arrive({ id: "a", name: "film.mp4", mimeType: "video/mp4" })
    await open(stage, "a")
  },
  "picture, no connection": async (stage) => {
    stage.engine.arrive({ id: "a", name: "Harbour.png" })
    const element = await open(stage, "a")
    await stage.until(() => element.shadowRoot?.querySelector("filesync-image[state=error]"))
  },
  "not allowed": async (stage) => {
    stage.engine.faults.url = () => {
      throw failure("Forbidden")
    }
    stage.engine.arrive({ id: "a", name: "film.mp4", mimeType: "video/mp4" })
    await open(stage, "a")
  },
  "deleted meanwhile": async (stage) => {
    await fill(stage)
    await open(stage, "nobody")
  },
}
