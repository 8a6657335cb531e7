import "../../../components/filesync-inspector/define.js"
import type {
  FilesyncInspector,
  InspectorTab,
} from "../../../components/filesync-inspector/filesync-inspector.js"
import { setFileSync, type TransferFacts, type VerifyReport } from "../../../src/client/global-client.js"
import type { Scene, Scenes, Stage } from "./scene.js"

const refused = {
  tag: "UploadError",
  reason: "Forbidden",
  side: "upload",
  message: "The server answered 403.",
} as const
const updatedAt = new Date(1_790_000_000_000)
const longName = "Minutes of the general meeting with all its appendices, second and final version.pdf"

const transfer = (id: string, facts: Partial<TransferFacts>): TransferFacts => ({
  ...{ kind: "upload", contentHash: id.repeat(64), fileIds: [id], phase: "queued", bytesDone: 0 },
  ...{ bytesTotal: 2_400_000, attempt: 0, nextRetryAt: null, error: null },
  ...facts,
})

const fill = ({ engine }: Stage): void => {
  const about = { mimeType: "application/pdf", updatedAt }
  const metadata = { album: "Harbour", width: 960, height: 640 }
  engine.arrive({ id: "a", name: "Harbour in the morning.jpg", mimeType: "image/jpeg", metadata, updatedAt })
  engine.arrive({ ...about, id: "b", name: longName, sizeBytes: 2_400_000, remoteKey: null })
  engine.arrive({ ...about, id: "c", name: "محضر الاجتماع.pdf", sizeBytes: 310_000 })
  engine.arrive({ ...about, id: "d", name: "letter.txt", mimeType: "text/plain", sizeBytes: 1_200 })
  engine.setFileState("a", { local: true })
  engine.setFileState("b", { local: true, transfer: "error", error: refused, attempt: 3 })
  engine.setFileState("c", { transfer: "downloading", progress: 0.4 })
  engine.facts = {
    pinned: ["a"],
    cache: { usedBytes: 3_100_000, maxBytes: 500_000_000 },
    transfers: [
      transfer("b", { phase: "failed", attempt: 3, error: refused }),
      transfer("c", { kind: "download", phase: "running", bytesDone: 960_000 }),
      transfer("d", {}),
    ],
  }
  engine.setStatus({
    ...{ state: "syncing", downloading: 1, queuedUploads: 1, failed: 1, onlyHere: 1 },
    ...{ usageBytes: 3_400_000, quotaBytes: 64_000_000_000, persisted: false },
  })
}

const mount = async (stage: Stage, tab: InspectorTab): Promise<FilesyncInspector> => {
  const element = await stage.mount<FilesyncInspector>(
    `<filesync-inspector tab="${tab}"></filesync-inspector>`,
  )
  await stage.until(() => element.shadowRoot?.querySelector("[role=tabpanel]"))
  return element
}

const empty =
  (tab: InspectorTab): Scene =>
  async (stage) => {
    await mount(stage, tab)
  }

const within = (element: Element, selector: string) =>
  [...(element.shadowRoot?.querySelectorAll<HTMLElement>(selector) ?? [])] as const

const found: VerifyReport = {
  checked: 4,
  missing: ["d"],
  extra: [],
  corrupt: ["b"],
  notUploaded: ["b"],
  orphaned: ["e".repeat(64)],
}

/** Every part of `<filesync-inspector>`, with something and with nothing in it. */
export const inspectorScenes: Scenes = {
  "no engine yet": async (stage) => {
    setFileSync(undefined)
    const element = await stage.mount("<filesync-inspector></filesync-inspector>")
    await stage.until(() => element.shadowRoot?.querySelector("p"))
  },
  "files: none": empty("files"),
  "files, one open": async (stage) => {
    fill(stage)
    const element = await mount(stage, "files")
    within(element, ".row")
      .find(({ textContent }) => textContent?.includes(longName))
      ?.click()
    await stage.until(() => within(element, "[part=facts]").length === 1)
  },
  "files: two pages": async (stage) => {
    for (let at = 0; at < 51; at++) stage.engine.arrive({ id: `${at}`, name: `${at}.txt`, updatedAt })
    const element = await mount(stage, "files")
    within(element, ".pager button").at(-1)?.click()
    await stage.until(() => within(element, ".row").length === 1)
  },
  "transfers: none": empty("transfers"),
  transfers: async (stage) => {
    fill(stage)
    await mount(stage, "transfers")
  },
  "events: none": empty("events"),
  events: async (stage) => {
    fill(stage)
    const element = await mount(stage, "events")
    const { now } = Date
    Date.now = () => updatedAt.getTime()
    const { contentHash = "" } = stage.engine.getFile("b") ?? {}
    stage.engine.announce({ type: "saved", fileId: "b", contentHash })
    stage.engine.announce({ type: "upload-started", fileId: "b" })
    const kind = "upload"
    stage.engine.announce({ type: "transfer-failed", kind, fileId: "b", error: refused, retryInMs: 2000 })
    Date.now = now
    await stage.until(() => within(element, "[part=item]").length === 3)
  },
  storage: async (stage) => {
    fill(stage)
    stage.engine.verify = async () => found
    const element = await mount(stage, "storage")
    within(element, ".check button").at(0)?.click()
    await stage.until(() => within(element, "details").length === 4)
    within(element, "details").forEach((details) => details.setAttribute("open", ""))
  },
  report: async (stage) => {
    const element = await mount(stage, "report")
    const text = within(element, "textarea")[0] as HTMLTextAreaElement
    // The real one names this browser and this moment.
    text.value = '{\n  "store": "…"\n}'
  },
}
