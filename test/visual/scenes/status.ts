import type { FilesyncStatus } from "../../../components/filesync-status/filesync-status.js"
import { setFileSync, setFileSyncDelay, type SyncStatus } from "../../../src/client/global-client.js"
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

/** Two uploads that stopped. */
const stop = ({ engine }: Stage): void => {
  for (const [id, name, reason] of [
    ["a", "Minutes of the general meeting with all its appendices.pdf", "Forbidden"],
    ["b", "letter.txt", "QuotaExceeded"],
  ] as const) {
    engine.arrive({ id, name, remoteKey: null }, new File([name], name, { type: "application/pdf" }))
    const error = { tag: "UploadError", reason, side: "upload", message: "" } as const
    engine.setFileState(id, { transfer: "error", error })
  }
  const space = { usageBytes: 1_200_000, quotaBytes: 64_000_000_000 }
  engine.setStatus({ state: "error", failed: 2, onlyHere: 2, ...space })
}

/** Every state of `<filesync-status>`, and what it says at length. */
export const statusScenes: Scenes = {
  idle: says({ state: "idle" }),
  "idle, one file only here": says({ state: "idle", onlyHere: 1 }),
  syncing: says(moving),
  offline: says({ state: "offline", online: false, onlyHere: 2, queuedUploads: 2 }),
  paused: says({ state: "paused", paused: true, onlyHere: 2 }),
  error: says({ state: "error", failed: 1, onlyHere: 1 }),
  "saving 500 files": says({ state: "idle", saving: 500, savingBytesDone: 30e6, savingBytesTotal: 180e6 }),
  "uploading much": says({ ...moving, bytesDone: 41e6, bytesTotal: 180e6 }),
  "not shared yet": says({ state: "idle", unsynced: 3 }),
  "the store stalled": says({ state: "error", store: "stalled" }),
  unreachable: says({ state: "offline", online: false, cause: "unreachable", onlyHere: 2, queuedUploads: 2 }),
  "server in trouble": says({ state: "syncing", cause: "server-trouble", queuedUploads: 3, onlyHere: 3 }),
  "server in trouble, and when it is asked again": async (stage) => {
    // In minutes, so that the picture is the same however long it takes.
    const nextTryAt = Date.now() + 44.5 * 60_000
    const trouble = { state: "syncing", cause: "server-trouble", queuedUploads: 3, onlyHere: 3 } as const
    stage.engine.setStatus({ ...trouble, nextTryAt })
    await mount(stage)
  },
  "signed out": says({ state: "error", cause: "signed-out", failed: 3, onlyHere: 3 }),
  "not allowed": says({ state: "error", cause: "not-allowed", failed: 1 }),
  "server full": says({ state: "error", cause: "server-full", failed: 1, onlyHere: 1 }),
  "device full": says({ state: "error", cause: "device-full", failed: 1 }),
  "wrong address": says({ state: "error", cause: "wrong-address", failed: 1, onlyHere: 1 }),
  cancelled: says({ state: "idle", cancelled: 1, onlyHere: 1 }),
  "what needs attention, open": async (stage) => {
    stop(stage)
    const element = await mount(stage, 'style="margin-block-end:580px"')
    element.shadowRoot?.querySelector<HTMLElement>(".door")?.click()
    await stage.until(() => element.shadowRoot?.querySelector(".panel:popover-open"))
    element.shadowRoot?.querySelectorAll<HTMLElement>(".stopped li:last-child button")[2]?.click()
  },
  "what needed attention is on its way, open": async (stage) => {
    stop(stage)
    const element = await mount(stage, 'style="margin-block-end:130px"')
    element.shadowRoot?.querySelector<HTMLElement>(".door")?.click()
    await stage.until(() => element.shadowRoot?.querySelector(".panel:popover-open"))
    for (const id of ["a", "b"]) stage.engine.setFileState(id, { transfer: "queued-upload", error: null })
    stage.engine.setStatus({ state: "syncing", failed: 0, queuedUploads: 2 })
    await stage.until(() => element.shadowRoot?.querySelector(".stopped") === null)
  },
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
    stop(stage)
    await mount(stage, "detail")
  },
}
