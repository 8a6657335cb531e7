import type { FilesyncImage } from "../../../components/filesync-image/filesync-image.js"
import { failure } from "../../../components/test-support/faults.js"
import { madePhoto, madePlaceholder } from "./made-photo.js"
import type { Scenes, Stage } from "./scene.js"

const never = () => new Promise<void>(() => {})
const size = { width: 240, height: 180 }
const inState = async ({ mount, until }: Stage, state: string, attributes = 'width="240" height="180"') => {
  const element = await mount<FilesyncImage>(
    `<filesync-image file-id="a" alt="Harbour in the morning" ${attributes}></filesync-image>`,
  )
  await until(() => element.state === state)
  return element
}

/** Every state of `<filesync-image>`. */
export const imageScenes: Scenes = {
  empty: async ({ mount }) => {
    await mount('<filesync-image width="240" height="180"></filesync-image>')
  },
  loading: async (stage) => {
    stage.engine.arrive({ id: "a", metadata: size })
    stage.engine.faults.url = never
    await inState(stage, "loading")
  },
  "loading with a placeholder, downloading": async (stage) => {
    stage.engine.arrive({ id: "a", metadata: { ...size, placeholder: await madePlaceholder() } })
    stage.engine.faults.url = never
    await inState(stage, "loading")
    stage.engine.setFileState("a", { transfer: "downloading", progress: 0.4 })
  },
  ready: async (stage) => {
    stage.engine.arrive({ id: "a" }, await madePhoto(240, 180))
    await inState(stage, "ready")
  },
  "ready, uploading": async (stage) => {
    stage.engine.arrive({ id: "a" }, await madePhoto(240, 180))
    await inState(stage, "ready")
    stage.engine.setFileState("a", { transfer: "uploading", progress: 0.7 })
  },
  "ready, with a sign: only here, failed": async (stage) => {
    const { engine, mount, until } = stage
    for (const id of ["a", "b"]) engine.arrive({ id, remoteKey: null }, await madePhoto(240, 180))
    const error = { tag: "UploadError", reason: "Forbidden", side: "upload", message: "" } as const
    const row = await mount<HTMLElement>(
      `<div style="display:flex; flex-wrap:wrap; gap:8px">${["a", "b"]
        .map(
          (id) => `<filesync-image file-id="${id}" alt="Harbour" width="160" height="120"></filesync-image>`,
        )
        .join("")}</div>`,
    )
    engine.setFileState("a", { transfer: "queued-upload" })
    engine.setFileState("b", { transfer: "error", error })
    await until(() => row.querySelectorAll("[state=ready]").length === 2)
  },
  "an earlier version, while the new one is on its way": async (stage) => {
    const { engine, until } = stage
    engine.arrive({ id: "a" }, await madePhoto(240, 180))
    const element = await inState(stage, "ready")
    engine.faults.url = never
    engine.arrive({ id: "a", contentHash: "f".repeat(64) }, undefined)
    await until(() => element.shadowRoot?.querySelector(".badge.stale"))
  },
  "ready, round and cropped": async (stage) => {
    stage.engine.arrive({ id: "a" }, await madePhoto(240, 180))
    await inState(
      stage,
      "ready",
      'fit="cover" style="inline-size:120px; block-size:120px; border-radius:50%"',
    )
  },
  "missing: nobody knows it": async (stage) => {
    await inState(stage, "missing")
  },
  "missing: still elsewhere": async (stage) => {
    stage.engine.arrive({ id: "a", remoteKey: null })
    await inState(stage, "missing")
  },
  "error: try again": async (stage) => {
    stage.engine.arrive({ id: "a" })
    await inState(stage, "error")
  },
  "error: try again, focused": async (stage) => {
    stage.engine.arrive({ id: "a" })
    const element = await inState(stage, "error")
    await stage.until(() => element.shadowRoot?.querySelector("button"))
    element.shadowRoot?.querySelector("button")?.focus({ focusVisible: true } as FocusOptions)
  },
  "error: not a picture": async (stage) => {
    stage.engine.arrive({ id: "a" }, new Blob(["text"], { type: "text/plain" }))
    await inState(stage, "error")
  },
  "error: forbidden, narrow": async (stage) => {
    stage.engine.faults.url = () => {
      throw failure("Forbidden")
    }
    stage.engine.arrive({ id: "a" }, await madePhoto(24, 18))
    await inState(stage, "error", 'width="160" height="200"')
  },
  "error and missing, tiny": async (stage) => {
    stage.engine.arrive({ id: "a" })
    const { until, mount } = stage
    const row = await mount<HTMLElement>(
      `<div style="display:flex; gap:8px">${["a", "b"]
        .map((id) => `<filesync-image file-id="${id}" alt="Harbour" width="72" height="54"></filesync-image>`)
        .join("")}</div>`,
    )
    await until(() => row.querySelector("[state=error]") && row.querySelector("[state=missing]"))
  },
}
