import type { FileRecord } from "../../src/types/index.js"
import type { Action } from "./actions.js"
import { SeededRandom } from "./random.js"
import { SimBackend } from "./sim-backend.js"
import { SimBlob } from "./sim-blob.js"
import { SimClock } from "./sim-clock.js"
import { SimDevice } from "./sim-device.js"
import { SimRemote } from "./sim-remote.js"
import { hashOf } from "./sim-disk.js"
import { restorableMs, type SimTab } from "./sim-tab.js"

const deviceNames = ["A", "B", "C"]

/** What a user was promised about a file. */
export interface Promised {
  readonly contents: Set<string>
  isDeleteAsked: boolean
}

/** Several devices, one backend, one bucket, one clock. */
export class World {
  readonly clock = new SimClock()
  readonly backend = new SimBackend()
  readonly remote = new SimRemote()
  readonly random: SeededRandom
  readonly devices: ReadonlyArray<SimDevice>
  /** Files whose save resolved, by id. */
  readonly promised = new Map<string, Promised>()
  /** What went wrong in a way that no user may ever see. */
  readonly wrong: Array<string> = []

  constructor(seed: number) {
    this.random = new SeededRandom(seed)
    this.devices = deviceNames.map(
      (name) =>
        new SimDevice(name, {
          backend: this.backend,
          remote: this.remote,
          clock: this.clock,
          random: this.random,
          ...this.#oddities(name),
          onPushed: () => {
            for (const device of this.devices) device.scheduleSync()
          },
        }),
    )
  }

  /** Few devices are alike: one has little room, and in some worlds one's clock is years behind. */
  #oddities(name: string): Pick<ConstructorParameters<typeof SimDevice>[1], "maxCacheBytes" | "wrongByMs"> {
    return {
      maxCacheBytes: name === "C" ? 1_500 : Number.POSITIVE_INFINITY,
      wrongByMs: name === "B" && this.random.chance(0.25) ? -3 * 365 * 24 * 3_600_000 : 0,
    }
  }

  /** The day begins with a tab on two of the devices. */
  begin(): void {
    for (const device of this.devices.slice(0, 2)) device.openTab()
  }

  /** What happened when, for replays; `undefined` = not recorded. */
  trace: Array<string> | undefined

  note(line: () => string): void {
    this.trace?.push(`${this.clock.now % 10_000_000} ${line()}`)
  }

  async perform(action: Action): Promise<void> {
    this.note(() => JSON.stringify(action))
    if ("device" in action) await this.#onDevice(this.devices[action.device] as SimDevice, action)
    else if (action.do === "faults") this.remote.faultRate = action.rate
    else if (action.do === "mood") this.remote.mood = action.mood
    else if (action.do === "lose-object") this.remote.lose(action.at)
    else if (action.do === "token") this.remote.isTokenExpired = action.expired
    else if (action.do === "jump") this.clock.jump(action.ms)
    else await this.clock.advance(action.ms)
    // A step at a time, so that the next action may fall between any two steps of what this one began.
    await this.clock.advance(this.random.below(4))
  }

  async #onDevice(device: SimDevice, action: Extract<Action, { device: number }>): Promise<void> {
    const chosen = "tab" in action ? action.tab : this.random.below(4)
    const tab = device.tabs[chosen % Math.max(1, device.tabs.length)]
    switch (action.do) {
      case "open-tab":
        if (device.tabs.length < 3) device.openTab()
        return
      case "kill-device":
        return device.killAll()
      case "reset":
        return device.resetLiveStore()
      case "offline":
        device.isOnline = false
        return
      case "online":
        device.isOnline = true
        return
      case "disk-full":
        device.disk.isFull = true
        return
      case "disk-free":
        device.disk.isFull = false
        return
      default:
        if (tab !== undefined) await this.#inTab(device, tab, action)
    }
  }

  async #inTab(device: SimDevice, tab: SimTab, action: Extract<Action, { device: number }>): Promise<void> {
    const { client } = tab
    const files = client.listFiles({ order: "oldest" })
    const record = "file" in action ? files[action.file % Math.max(1, files.length)] : undefined
    if (action.do === "restore-deleted") {
      const deleted = client.listDeleted()
      const [one] = deleted.slice(action.file % Math.max(1, deleted.length))
      if (one === undefined) return
      for (const { cancelled } of this.devices) cancelled.remove(one.contentHash)
      return this.#settles(tab, `a restoring of deleted ${one.id}`, client.restoreFile(one.id))
    }
    switch (action.do) {
      case "close-tab":
        device.drop(tab)
        return tab.close()
      case "kill-tab":
        device.drop(tab)
        return tab.kill()
      case "pause":
        return this.#settles(tab, "a pause", client.pause())
      case "resume":
        return this.#settles(tab, "a resume", client.resume())
      case "save":
        return this.#save(
          tab,
          client.saveFile(SimBlob.of(textOf(action.content))).then((id) => [id]),
          [action.content],
        )
      case "save-cancelled": {
        const saving = client.saveFile(SimBlob.of(textOf(action.content)))
        this.#save(
          tab,
          saving.then((id) => [id]),
          [action.content],
        )
        const cancel = async (): Promise<void> => {
          const saved = client.getFile(await saving)
          if (saved !== undefined) await this.#cancel(device, tab, saved)
        }
        return quietly(cancel())
      }
      case "save-many": {
        const contents = [action.content, action.content + 1, action.content]
        return this.#save(
          tab,
          client.saveFiles(contents.map((content) => SimBlob.of(textOf(content)))),
          contents,
        )
      }
    }
    if (record === undefined) return
    switch (action.do) {
      case "update": {
        // Counted before it is done: it may have happened although the caller saw no answer.
        this.#promise(record.id).contents.add(textOf(action.content))
        this.#use([action.content])
        for (const { cancelled } of this.devices) cancelled.remove(record.contentHash)
        return this.#settles(
          tab,
          `an update of ${record.id}`,
          client.updateFile(record.id, SimBlob.of(textOf(action.content))),
        )
      }
      case "delete":
        this.#promise(record.id).isDeleteAsked = true
        return this.#settles(tab, `a deletion of ${record.id}`, client.deleteFile(record.id))
      case "cancel":
        return quietly(this.#cancel(device, tab, record))
      case "evict":
      case "unpin":
        return this.#settles(tab, `${action.do} ${record.id}`, client[action.do](record.id))
    }
    device.asked.add(record.id)
    device.cancelled.remove(record.contentHash)
    if (action.do === "pin") this.#settles(tab, `a pin of ${record.id}`, client.pin(record.id))
    if (action.do === "read") this.#settles(tab, `a read of ${record.id}`, client.readFile(record.id))
    if (action.do === "restore-version") {
      const [version] = client.listVersions(record.id)
      if (version === undefined) return
      for (const { cancelled } of this.devices) {
        cancelled.remove(record.contentHash)
        cancelled.remove(version.contentHash)
      }
      this.#settles(tab, `a restoring of ${record.id}`, client.restoreVersion(record.id, version.contentHash))
    }
    if (action.do === "retry" || action.do === "prioritize")
      this.#settles(tab, `${action.do} ${record.id}`, client[action.do](record.id))
  }

  /**
   * From the moment LiveStore has it on disk that it is cancelled, nothing of it may move there. Only where it is certain
   * that no other file has it: one file has this content, and never had or gets another.
   */
  async #cancel(device: SimDevice, tab: SimTab, { id, contentHash }: FileRecord): Promise<void> {
    await tab.client.cancel(id)
    const isCertain = (): boolean =>
      this.#uses.get(contentHash) === 1 && this.#promise(id).contents.size <= 1 && !device.asked.has(id)
    if (!isCertain() || tab.client.getFileState(id).error?.reason !== "Aborted") return
    const { resets } = device
    await this.clock.sleep(longestAcknowledgementMs)
    // A tab that was closed before took the cancel, and the file's record, with it.
    const isKept = device.resets === resets && device.liveStore.tables.rows.has(id)
    if (isKept && isCertain() && !this.#isResting) device.cancelled.add(contentHash)
  }

  #isResting = false

  /** How often each content was saved, as new or for another. */
  readonly #uses = new Map<string, number>()

  #use(contents: ReadonlyArray<number>): void {
    for (const content of contents) {
      const contentHash = hashOf(new TextEncoder().encode(textOf(content)))
      this.#uses.set(contentHash, (this.#uses.get(contentHash) ?? 0) + 1)
      for (const device of this.devices) device.cancelled.remove(contentHash)
    }
  }

  #promise(id: string): Promised {
    const known = this.promised.get(id)
    if (known !== undefined) return known
    const made: Promised = { contents: new Set(), isDeleteAsked: false }
    this.promised.set(id, made)
    return made
  }

  #save(tab: SimTab, saving: Promise<ReadonlyArray<string>>, contents: ReadonlyArray<number>): void {
    this.#use(contents)
    const remember = async (): Promise<void> => {
      const ids = await saving
      this.note(() => `saved ${ids.join(", ")}`)
      for (const [at, id] of ids.entries()) {
        this.#saved.add(id)
        this.#promise(id).contents.add(textOf(contents[at] ?? 0))
      }
    }
    this.#settles(tab, "a save", remember())
  }

  /** Calls that were neither answered nor refused yet; those of tabs that are gone will never be. */
  readonly #open = new Map<Promise<unknown>, { readonly tab: SimTab; readonly what: string }>()

  #settles(tab: SimTab, what: string, call: Promise<unknown>): void {
    this.#open.set(call, { tab, what })
    quietly(call.finally(() => this.#open.delete(call)))
  }

  readonly #saved = new Set<string>()

  /** Ids whose save resolved: these must exist for ever, unless deleted. */
  get saved(): ReadonlySet<string> {
    return this.#saved
  }

  /** What was superseded long ago must have gone by itself, before any repair. */
  #keptTooLong(): void {
    const since = this.clock.now - restorableMs - expiryIntervalMs
    for (const { name, disk, liveStore, tabs, wrongByMs } of this.devices) {
      // By its own clock the time is not over.
      if (wrongByMs < 0) continue
      const { tables } = liveStore
      const versions = [...tables.versions.values()]
      const wanted = new Set((tabs[0] as SimTab).client.listFiles().map(({ contentHash }) => contentHash))
      for (const contentHash of disk.contents.keys()) {
        const lost = versions.filter((version) => version.contentHash === contentHash)
        const isOver = lost.length > 0 && lost.every(({ supersededAt }) => supersededAt.getTime() <= since)
        if (isOver && !wanted.has(contentHash))
          this.wrong.push(`${name} still has ${contentHash.slice(0, 8)}, whose time was over long ago`)
      }
    }
  }

  /** All troubles end, every device is opened once more, and what stopped is asked to go on: then time passes. */
  async comeToRest(): Promise<void> {
    this.remote.faultRate = 0
    this.remote.mood = "well"
    this.remote.isTokenExpired = false
    for (const device of this.devices) {
      device.disk.isFull = false
      if (device.tabs.length === 0) device.openTab()
      device.isOnline = true
    }
    await this.clock.advance(5_000)
    // What makes room frees what is recorded as remote, before it is found that it is not: a device that has little room, and
    // one whose disk was full, until its last save has ended.
    const roomy = this.devices.filter(({ maxCacheBytes }) => !Number.isFinite(maxCacheBytes))
    this.remote.restoreLost(roomy.map(({ disk }) => disk.contents))
    this.#isResting = true
    for (const device of this.devices) {
      device.cancelled.clear()
      for (const { client } of device.tabs) {
        quietly(client.resume())
        // A cancelled file is tried again only when it is asked for by id.
        for (const { id } of client.listFiles())
          if (client.getFileState(id).error?.reason === "Aborted") quietly(client.retry(id))
      }
    }
    // A stopped file is tried again within an hour, and objects that no device has are asked for every six.
    await this.clock.advance(8 * 3_600_000)
    // Evicted files are asked for, so that every device can be compared.
    for (const device of this.devices) {
      const { client } = device.tabs[0] as SimTab
      for (const { id } of client.listFiles()) quietly(client.readFile(id))
    }
    await this.clock.advance(120_000)
    // Twice the time between two looks for versions whose time is over, and a little more.
    await this.clock.advance(2 * expiryIntervalMs + restorableMs)
    this.#keptTooLong()
    for (const { tab, what } of this.#open.values())
      if (tab.isAlive) this.wrong.push(`${what} in ${tab.id} never settled`)
    for (const device of this.devices) quietly((device.tabs[0] as SimTab).client.repair())
    await this.clock.advance(60_000)
  }
}

const longestAcknowledgementMs = 40
const expiryIntervalMs = 6 * 3_600_000

/** The text of a content by its number; some are longer than one piece of a download. */
export const textOf = (content: number): string => `content ${content} `.repeat(1 + content * 3)

const quietly = (call: Promise<unknown>): void => void call.catch(() => undefined) // Failures are part of the game.
