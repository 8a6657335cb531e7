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
