import { expect } from "@esm-bundle/chai"
import { setFileSync, setFileSyncDelay, type SyncStatus } from "../../src/client/global-client.js"
import { countEngineWatchers } from "../engine-watchers.js"
import {
  clearFixtures,
  expectAccessible,
  fixture,
  inside,
  rendered,
  until,
  wordsOf,
} from "../test-support/fixture.js"
import { InMemoryFileSync } from "../test-support/in-memory-file-sync.js"
import { textFile } from "../test-support/pictures.js"
import { setWaitingSaves } from "../waiting-saves.js"
import "./define.js"
import type { FilesyncStatus } from "./filesync-status.js"

describe("<filesync-status>", () => {
  let engine: InMemoryFileSync

  beforeEach(() => {
    engine = new InMemoryFileSync()
    setFileSync(engine)
  })

  afterEach(async () => {
    await clearFixtures()
    setFileSync(undefined)
    expect(engine.subscriptions, "subscriptions left").to.equal(0)
    expect(countEngineWatchers(), "engine watchers left").to.equal(0)
  })

  const status = (attributes = "") =>
    fixture<FilesyncStatus>(`<filesync-status lang="en" ${attributes}></filesync-status>`)
  const line = (element: Element) => wordsOf(element, "[part=label]")
  const buttons = (element: Element) =>
    [...(element.shadowRoot?.querySelectorAll(".actions button") ?? [])].map((button) =>
      button.textContent?.trim(),
    )

  const states: ReadonlyArray<readonly [says: string, status: Partial<SyncStatus>]> = [
    ["All files are up to date", { state: "idle" }],
    ["1 file is only on this device", { state: "idle", onlyHere: 1 }],
    [
      "Uploading 3 files · Downloading 1 file",
      { state: "syncing", uploading: 2, queuedUploads: 1, downloading: 1 },
    ],
    ["Uploading 1 file · 2 files need attention", { state: "syncing", uploading: 1, failed: 2, onlyHere: 3 }],
    ["Offline", { state: "offline", online: false }],
    ["Offline · 2 files are only on this device", { state: "offline", onlyHere: 2, queuedUploads: 2 }],
    ["Paused · 2 files are only on this device", { state: "paused", paused: true, onlyHere: 2 }],
    ["1 file needs attention · 1 file is only on this device", { state: "error", failed: 1, onlyHere: 1 }],
    ["This browser cannot store files", { state: "unsupported" }],
    ["Saving 500 files on this device", { state: "idle", saving: 500 }],
    ["2 changes are not shared yet", { state: "idle", unsynced: 2 }],
    ["The list of files does not answer. Reload the page", { state: "error", store: "stalled" }],
    ["Cannot reach the server", { state: "offline", cause: "unreachable" }],
    [
      "The server has trouble · 3 files are waiting",
      { state: "syncing", cause: "server-trouble", queuedUploads: 3 },
    ],
    [
      "You are signed out. Sign in to go on · 1 file needs attention",
      { state: "error", cause: "signed-out", failed: 1 },
    ],
    [
      "The server does not allow this · 1 file needs attention",
      { state: "error", cause: "not-allowed", failed: 1 },
    ],
    [
      "The server has no space left · 1 file needs attention",
      { state: "error", cause: "server-full", failed: 1 },
    ],
    ["There is no space left on this device", { state: "error", cause: "device-full" }],
    [
      "The server's address does not answer as a file server · 1 file needs attention",
      { state: "error", cause: "wrong-address", failed: 1 },
    ],
    ["1 transfer cancelled · 1 file is only on this device", { state: "idle", cancelled: 1, onlyHere: 1 }],
    [
      "Uploading · 0 of 12 · 41 of 180 MB",
      { state: "syncing", uploading: 3, queuedUploads: 9, bytesDone: 41e6, bytesTotal: 180e6 },
    ],
    ["Files are kept only until this page is closed", { state: "idle", storage: "memory" }],
  ]

  describe("accessibility", () => {
    for (const [says, facts] of states) {
      it(`is accessible when it says “${says}”, in a line and in detail`, async () => {
        engine.setStatus({ ...facts, usageBytes: 1_200_000, quotaBytes: 5_000_000_000 })
        const element = await status()
        expect(line(element)).to.equal(says)
        await expectAccessible(element)
        element.detail = true
        await rendered(element)
        await expectAccessible(element)
      })
    }

    it("announces news, but not what was true when the page opened, nor every step", async () => {
      engine.setStatus({ state: "offline" })
      const element = await status()
      const heard = () => wordsOf(element, "[role=status]")
      expect(heard()).to.equal("")
      engine.setStatus({ state: "syncing", uploading: 5 })
      await rendered(element)
      expect(heard()).to.equal("Uploading 5 files")
      engine.setStatus({ uploading: 4, bytesDone: 1, bytesTotal: 2 })
      await rendered(element)
      expect(heard()).to.equal("Uploading 5 files")
      engine.setStatus({ state: "idle", uploading: 0 })
      await rendered(element)
      expect(heard(), "two sentences at once are too many").to.equal("Uploading 5 files")
    })
  })

  describe("state", () => {
    it("is attributes, properties and a custom state", async () => {
      engine.setStatus({
        ...{ state: "syncing", unsynced: 1 },
        uploading: 2,
        downloading: 3,
        queuedUploads: 4,
        queuedDownloads: 5,
        failed: 6,
        onlyHere: 7,
        bytesDone: 1,
        bytesTotal: 4,
      })
      const element = await status()
      const { state, uploading, downloading, queued, failed, onlyHere, progress } = element
      expect([state, uploading, downloading, queued, failed, onlyHere, progress]).to.deep.equal([
        "syncing",
        2,
        3,
        9,
        6,
        7,
        0.25,
      ])
      const names = ["state", "uploading", "downloading", "queued", "failed", "only-here", "progress"]
      expect(names.map((name) => element.getAttribute(name))).to.deep.equal([
        "syncing",
        "2",
        "3",
        "9",
        "6",
        "7",
        "0.25",
      ])
      expect(element.matches(":state(syncing)")).to.equal(true)
      element.setAttribute("only-here", "0")
      expect(element.getAttribute("only-here")).to.equal("7")
    })

    it("says that it starts while there is no engine, and follows one that replaces another", async () => {
      setFileSync(undefined)
      const element = await status()
      expect(line(element)).to.equal("Starting")
      setFileSync(engine)
      await rendered(element)
      expect(line(element)).to.equal("All files are up to date")
      const other = new InMemoryFileSync()
      other.setStatus({ state: "offline" })
      setFileSync(other)
      await rendered(element)
      expect(element.state).to.equal("offline")
      expect(engine.subscriptions).to.equal(0)
      setFileSync(undefined)
      expect(other.subscriptions).to.equal(0)
    })

    it("says why there is no engine yet, in words and, when nothing will come of it, as an error", async () => {
      setFileSync(undefined)
      const element = await status()
      setFileSyncDelay("other-tab")
      await rendered(element)
      expect(line(element)).to.contain("another tab")
      expect(element.state).to.equal("idle")
      setFileSyncDelay("failed")
      await rendered(element)
      expect(line(element)).to.contain("could not be opened")
      expect(element.state).to.equal("error")
      await expectAccessible(element)
      setFileSync(engine)
      await rendered(element)
      expect(line(element)).not.to.contain("could not")
      expect(element.state).to.equal("idle")
    })

    it("does not throw when the engine does", async () => {
      const element = await status("detail")
      engine.breakDown()
      await rendered(element)
      expect(line(element)).to.equal("Starting")
    })

    it("counts what waits on the page for the engine, which is given a part at a time", async () => {
      engine.setStatus({ saving: 100, savingBytesTotal: 1000 })
      const element = await status()
      setWaitingSaves(element, { files: 400, bytes: 3000 })
      await rendered(element)
      expect(line(element)).to.contain("Saving 500 files on this device")
      setWaitingSaves(element)
      engine.setStatus({ saving: 0 })
      await rendered(element)
      expect(line(element)).to.equal("All files are up to date")
    })

    it("shows a bar only while files move", async () => {
      engine.setStatus({ state: "syncing", bytesDone: 1, bytesTotal: 2 })
      const element = await status()
      expect(inside(element, "[role=progressbar]")?.getAttribute("aria-valuenow")).to.equal("50")
      engine.setStatus({ state: "idle" })
      await rendered(element)
      expect(inside(element, "[role=progressbar]")).to.equal(null)
    })
  })

  describe("what needs attention", () => {
    const error = (reason: string, side: "upload" | "download" | "local" = "upload") =>
      ({ transfer: "error", error: { tag: "UploadError", reason, side, message: "" } }) as const
    const door = (element: Element) => inside(element, ".door")
    const action = (element: Element, label: string) =>
      inside(element, `[part=action][aria-label="${label}"]`)

    it("opens the files concerned, without detail as well, and closes with Escape", async () => {
      engine.arrive({ id: "a", name: "letter.txt", remoteKey: null }, textFile("letter.txt"))
      engine.setFileState("a", error("QuotaExceeded"))
      engine.setStatus({ state: "error", failed: 1, onlyHere: 1, cause: "server-full" })
      const element = await status()
      door(element)?.click()
      await until(() => inside(element, ".panel")?.matches(":popover-open"))
      expect(wordsOf(element, ".stopped")).to.contain("letter.txt")
      expect(wordsOf(element, ".stopped")).to.contain(
        "The server has no space left. Try again when there is room. It is safe on this device.",
      )
      await expectAccessible(element)
      action(element, "Try again: letter.txt")?.click()
      action(element, "Keep only here: letter.txt")?.click()
      expect(engine.calls).to.deep.equal(["retry a", "cancel a"])
      engine.setFileState("a", { transfer: "queued-upload", error: null })
      engine.setStatus({ state: "syncing", failed: 0, cause: null, queuedUploads: 1 })
      await until(() => wordsOf(element, ".panel").includes("Uploading 1 file"))
      await expectAccessible(element)
      engine.setFileState("a", error("QuotaExceeded"))
      engine.setStatus({ state: "error", failed: 1, queuedUploads: 0 })
      await until(() => inside(element, ".stopped"))
      inside(element, ".panel")?.hidePopover()
      await until(() => inside(element, ".panel") === null)
      expect(door(element)?.getAttribute("aria-expanded")).to.equal("false")
    })

    it("keeps the files beside the words that opened them when the page changes its size", async () => {
      engine.arrive({ id: "a", name: "letter.txt", remoteKey: null }, textFile("letter.txt"))
      engine.setFileState("a", error("TooLarge"))
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status()
      door(element)?.click()
      await until(() => inside(element, ".panel")?.matches(":popover-open"))
      const distance = () =>
        Math.round(
          (inside(element, ".panel")?.getBoundingClientRect().top ?? 0) -
            (door(element)?.getBoundingClientRect().bottom ?? 0),
        )
      const before = distance()
      element.style.marginTop = "60px"
      expect(distance()).not.to.equal(before)
      dispatchEvent(new Event("resize"))
      expect(distance()).to.equal(before)
    })

    it("asks before it deletes a file that may be nowhere else", async () => {
      engine.arrive({ id: "a", name: "letter.txt", remoteKey: null }, textFile("letter.txt"))
      engine.setFileState("a", error("TooLarge"))
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status()
      door(element)?.click()
      await until(() => inside(element, ".panel"))
      action(element, "Remove: letter.txt")?.click()
      await rendered(element)
      expect(engine.calls).to.deep.equal([])
      expect(wordsOf(element, ".stopped")).to.contain("Delete it on every device?")
      await expectAccessible(element)
      action(element, "Remove: letter.txt")?.click()
      expect(engine.calls).to.deep.equal(["deleteFile a"])
    })

    it("knows the side a failure is on, and never shows an id", async () => {
      const says: ReadonlyArray<readonly [string, ReturnType<typeof error>]> = [
        ["There is no space left on this device.", error("QuotaExceeded", "local")],
        ["The server has no space left.", error("QuotaExceeded")],
        [
          "The server's address does not answer as a file server: it may be wrong, or the network wants you to sign in.",
          error("NotFound"),
        ],
        ["The file is no longer there.", error("NotFound", "download")],
        ["You are signed out. Sign in to go on.", error("Unauthorized")],
        ["You are not allowed to do this.", error("Forbidden")],
        ["Cancelled.", error("Aborted")],
      ]
      engine.arrive({ id: "0d2c", name: "a.txt" })
      engine.setFileState("0d2c", error("Unknown"))
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status("detail")
      for (const [sentence, state] of says) {
        engine.setFileState("0d2c", state)
        await rendered(element)
        expect(wordsOf(element, ".stopped")).to.contain(sentence).and.not.to.contain("0d2c")
      }
    })

    it("shows no green sign before everything is where it should be", async () => {
      const element = await status()
      const isGreen = () => inside(element, ".line.good") !== null
      expect(isGreen()).to.equal(true)
      for (const risk of [
        { saving: 1 },
        { unsynced: 1 },
        { store: "healing" },
        { onlyHere: 1 },
        { cancelled: 1 },
        { storage: "memory" },
      ] as ReadonlyArray<Partial<SyncStatus>>) {
        engine.setStatus({ saving: 0, unsynced: 0, store: "open", onlyHere: 0, cancelled: 0, ...risk })
        await rendered(element)
        expect(isGreen(), JSON.stringify(risk)).to.equal(false)
      }
    })

    it("counts the seconds to the next try", async () => {
      engine.setStatus({
        state: "syncing",
        cause: "server-trouble",
        uploading: 1,
        nextTryAt: Date.now() + 11_900,
      })
      const element = await status()
      expect(line(element)).to.match(/Trying again in 1[12].sec/)
      // It is another file that is tried again by itself.
      engine.setStatus({ state: "syncing", cause: "signed-out", failed: 1 })
      await rendered(element)
      expect(line(element)).to.contain("You are signed out").and.not.to.contain("Trying again")
    })
  })

  describe("detail", () => {
    it("is one line without it", async () => {
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status()
      expect(inside(element, "[part=details]")).to.equal(null)
      expect(inside(element, "button")?.textContent).to.equal("1 file needs attention")
    })

    it("reports what waits, what is at risk and how much space is used", async () => {
      engine.setStatus({
        state: "syncing",
        uploading: 1,
        queuedUploads: 2,
        onlyHere: 3,
        persisted: false,
        usageBytes: 1_200_000,
        quotaBytes: 5_000_000_000,
      })
      const element = await status("detail")
      const details = [...(element.shadowRoot?.querySelectorAll("[part=details] li") ?? [])].map(
        (item) => item.textContent,
      )
      expect(details).to.deep.equal([
        "2 files are waiting",
        "3 files are only on this device",
        "The browser may remove files when space runs out",
        "1.2\u00a0MB of 5\u00a0GB used",
      ])
    })

    it("pauses and resumes", async () => {
      const element = await status("detail")
      expect(buttons(element)).to.deep.equal(["Pause"])
      inside(element, ".actions button")?.click()
      await until(() => element.state === "paused")
      await rendered(element)
      expect(buttons(element)).to.deep.equal(["Resume"])
      inside(element, ".actions button")?.click()
      await until(() => element.state === "idle")
    })

    it("names the files that failed and why, and tries one or all again", async () => {
      engine.arrive({ id: "a", name: "letter.txt" }, textFile("letter.txt"))
      engine.setFileState("a", {
        transfer: "error",
        error: { tag: "UploadError", reason: "TooLarge", side: "upload", message: "" },
      })
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status("detail")
      expect(wordsOf(element, ".stopped li")).to.contain("letter.txt")
      expect(wordsOf(element, ".stopped li")).to.contain("too large")
      await expectAccessible(element)
      inside(element, ".stopped button")?.click()
      expect(engine.calls).to.deep.equal(["retry a"])
      expect(buttons(element)).to.deep.equal(["Pause", "Try again"])
      ;[...(element.shadowRoot?.querySelectorAll<HTMLElement>(".actions button") ?? [])].at(-1)?.click()
      expect(engine.calls).to.deep.equal(["retry a", "retry"])
    })
  })

  describe("failures that change places", () => {
    it("names the file that failed while another one recovered", async () => {
      for (const id of ["a.txt", "b.txt"]) engine.arrive({ id, name: id })
      const error = { tag: "UploadError", reason: "TooLarge", side: "upload", message: "" } as const
      engine.setFileState("a.txt", { transfer: "error", error })
      engine.setStatus({ state: "error", failed: 1 })
      const element = await status("detail")
      expect(wordsOf(element, ".stopped")).to.contain("a.txt")
      engine.setFileState("a.txt", { transfer: "uploading", error: null })
      engine.setFileState("b.txt", { transfer: "error", error })
      await rendered(element)
      expect(wordsOf(element, ".stopped")).to.contain("b.txt").and.not.to.contain("a.txt")
    })
  })

  describe("life on a page", () => {
    it("keeps one subscription when it is moved and none when it is removed", async () => {
      const element = await status()
      const place = document.createElement("div")
      element.parentElement?.append(place)
      place.append(element)
      await rendered(element)
      expect(engine.subscriptions).to.equal(1)
      const clone = element.cloneNode(true) as FilesyncStatus
      place.append(clone)
      await rendered(clone)
      expect(engine.subscriptions).to.equal(2)
      element.remove()
      await Promise.resolve()
      expect(engine.subscriptions).to.equal(1)
    })
  })

  describe("languages", () => {
    const wordings: ReadonlyArray<readonly [lang: string, says: string]> = [
      ["de", "Offline · 2 Dateien sind nur auf diesem Gerät"],
      ["fr", "Hors ligne · 2 fichiers sont seulement sur cet appareil"],
      ["es-MX", "Sin conexión · 2 archivos están solo en este dispositivo"],
      ["ja", "オフライン · 2 件のファイルはこの端末にしかありません"],
      ["ar", "غير متصل · ملفان على هذا الجهاز فقط"],
    ]
    for (const [lang, says] of wordings) {
      it(`speaks ${lang}`, async () => {
        engine.setStatus({ state: "offline", onlyHere: 2 })
        const element = await fixture<FilesyncStatus>(`<filesync-status lang="${lang}"></filesync-status>`)
        await until(() => line(element) === says)
      })
    }
  })
})
