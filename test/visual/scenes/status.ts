import type { FilesyncStatus } from "../../../components/filesync-status/filesync-status.js"
import { setFileSync, setFileSyncDelay, type SyncStatus } from "../../../src/client/filesync.js"
import type { Scene, Scenes, Stage } from "./scene.js"

const mount = (stage: Stage, attributes = "") =>
  stage.mount<FilesyncStatus>(`<filesync-status ${attributes}></filesync-status>`)

const says =
  (status: Partial<SyncStatus>, attributes = ""): Scene =>
  async (stage) => {
    stage.engine.setStatus(status)
    await mount(stage, attributes)
  }

const moving: Partial<SyncStatus> = {
  ...{ state: "syncing", uploading: 2, queuedUploads: 3, downloading: 1, onlyHere: 5 },
  ...{ bytesDone: 40, bytesTotal: 100, usageBytes: 1_200_000_000, quotaBytes: 64_000_000_000 },
}

/** Every state of `<filesync-status>`, and what it says at length. */
export const statusScenes: Scenes = {
  idle: says({ state: "idle" }),
  "idle, one file only here": says({ state: "idle", onlyHere: 1 }),
  syncing: says(moving),
  offline: says({ state: "offline", online: false, onlyHere: 2, queuedUploads: 2 }),
  paused: says({ state: "paused", paused: true, onlyHere: 2 }),
  error: says({ state: "error", failed: 1, onlyHere: 1 }),
  unsupported: says({ state: "unsupported" }),
  "in memory": says({ state: "idle", storage: "memory" }),
  "no engine yet": async (stage) => {
    setFileSync(undefined)
    await mount(stage)
  },
  "another tab has it": async (stage) => {
    setFileSync(undefined)
    setFileSyncDelay("other-tab")
    await mount(stage)
  },
  "did not start": async (stage) => {
    setFileSync(undefined)
    setFileSyncDelay("failed")
    await mount(stage)
  },
  "detail, idle": says({ state: "idle", usageBytes: 1_200_000, quotaBytes: 64_000_000_000 }, "detail"),
  "detail, syncing": says(moving, "detail"),
  "detail, paused": says({ state: "paused", paused: true, onlyHere: 2, persisted: false }, "detail"),
  "detail, failures": async (stage) => {
    const { engine } = stage
    for (const [id, name, reason] of [
      ["a", "Minutes of the general meeting with all its appendices.pdf", "Forbidden"],
      ["b", "letter.txt", "TooLarge"],
    ] as const) {
      engine.arrive({ id, name, mimeType: "application/pdf" })
      engine.setFileState(id, {
        transfer: "error",
        error: { tag: "UploadError", reason, side: "upload", message: "" },
      })
    }
    engine.setStatus({
      state: "error",
      failed: 2,
      onlyHere: 2,
      usageBytes: 1_200_000,
      quotaBytes: 64_000_000_000,
    })
    await mount(stage, "detail")
  },
}
