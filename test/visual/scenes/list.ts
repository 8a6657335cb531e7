import type { FilesyncList } from "../../../components/filesync-list/filesync-list.js"
import { madePhoto } from "./made-photo.js"
import type { Scenes, Stage } from "./scene.js"

const fill = async ({ engine }: Stage): Promise<void> => {
  engine.arrive(
    { id: "a", name: "Harbour in the morning.png", metadata: { width: 400, height: 300 } },
    await madePhoto(400, 300),
  )
  engine.arrive({
    id: "b",
    name: "Minutes of the general meeting with all its appendices.pdf",
    mimeType: "application/pdf",
    sizeBytes: 2_400_000,
  })
  engine.arrive(
    { id: "c", name: "Island.png", metadata: { width: 300, height: 400 } },
    await madePhoto(300, 400, 320),
  )
  engine.arrive({ id: "d", name: "letter.txt", mimeType: "text/plain", sizeBytes: 1_200, remoteKey: null })
  engine.arrive({ id: "e", name: "On its way.png", remoteKey: null })
}

const typeOf = (name: string): string =>
  ({ zip: "application/zip", csv: "text/csv", mp3: "audio/mpeg", mp4: "video/mp4" })[
    name.split(".").at(-1) ?? ""
  ] ?? ""

const settled = async ({ until }: Stage, element: Element): Promise<void> => {
  const pictures = () => [
    ...element.querySelectorAll("filesync-image"),
    ...(element.shadowRoot?.querySelectorAll("filesync-image") ?? []),
  ]
  await until(
    () => pictures().length > 0 && pictures().every(({ state }) => state === "ready" || state === "missing"),
  )
}

/** `<filesync-list>` with nothing, with its own cards and with a page's template. */
export const listScenes: Scenes = {
  empty: async ({ mount }) => {
    await mount("<filesync-list></filesync-list>")
  },
  "its own cards": async (stage) => {
    await fill(stage)
    await settled(stage, await stage.mount<FilesyncList>("<filesync-list></filesync-list>"))
  },
  "editable: being sent, failed, only here, renamed, deleted": async (stage) => {
    const { engine, until } = stage
    await fill(stage)
    engine.arrive({ id: "e", name: "Gull.png", remoteKey: null }, await madePhoto(300, 300, 20))
    const element = await stage.mount<FilesyncList>("<filesync-list editable viewer></filesync-list>")
    await settled(stage, element)
    const error = { tag: "UploadError", reason: "QuotaExceeded", side: "upload", message: "" } as const
    engine.setFileState("e", { transfer: "error", local: true, error })
    engine.setFileState("b", { transfer: "uploading", local: true, progress: 0.4 })
    engine.setFileState("d", { transfer: "queued-upload", local: true })
    const buttonOf = (part: string, at: number) =>
      element.shadowRoot?.querySelectorAll("li")[at]?.querySelector<HTMLElement>(`[part=${part}]`)
    buttonOf("delete", 2)?.click()
    await until(() => element.shadowRoot?.querySelector("[part=undo]"))
    buttonOf("rename", 3)?.click()
    await until(() => element.shadowRoot?.querySelectorAll(".badge").length === 2)
    await until(() => element.shadowRoot?.querySelector("input"))
  },
  "drawings by type, names as people count": async (stage) => {
    const names = ["Zebra.zip", "file2.csv", "file10.csv", "Élan.mp3", "film.mp4"]
    for (const [at, name] of names.entries())
      stage.engine.arrive({ id: `${at}`, name, mimeType: typeOf(name), sizeBytes: 4_200 })
    await stage.mount<FilesyncList>('<filesync-list order="name" page-size="4"></filesync-list>')
  },
  "a template with state, another try and undo": async (stage) => {
    const { engine, until } = stage
    await fill(stage)
    const element = await stage.mount<FilesyncList>(`<filesync-list type="!image/*">
      <template><p>
        <bdi data-file="name"></bdi> <small data-file="state"></small>
        <button data-file-retry>Try again</button> <button data-file-delete>Delete</button> <button data-file-undo>Undo</button>
      </p></template>
    </filesync-list>`)
    const error = { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" } as const
    await until(() => element.querySelectorAll("p").length === 2)
    engine.setFileState("d", { transfer: "error", local: true, error })
    element.querySelector<HTMLElement>("p:last-of-type [data-file-delete]")?.click()
    await until(() => element.querySelector("p[deleted]") && element.querySelector("p[transfer=error]"))
  },
  "a page's template": async (stage) => {
    await fill(stage)
    const element =
      await stage.mount<FilesyncList>(`<filesync-list type="image/*" style="display:flex; gap:8px; flex-wrap:wrap">
      <template>
        <figure style="margin:0">
          <filesync-image width="120" height="120" fit="cover"></filesync-image>
          <figcaption data-file="name"></figcaption>
          <button data-file-delete>Delete</button> <a data-file-link>Save</a>
        </figure>
      </template>
    </filesync-list>`)
    await settled(stage, element)
  },
}
