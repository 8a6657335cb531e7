import { fromLines, JournalState } from "../../src/services/outbox/journal-state.js"
import { MemoryBrowser } from "../../src/services/tabs/layer-memory-tabs.js"
import type { SeededRandom } from "./random.js"
import { type SimBackend, SimLiveStore } from "./sim-backend.js"
import type { SimClock } from "./sim-clock.js"
import { SimDisk } from "./sim-disk.js"
import type { SimRemote } from "./sim-remote.js"
import { CancelledContents } from "./cancelled-contents.js"
import { SimTab } from "./sim-tab.js"

/** One browser profile: a disk, a LiveStore, locks, and the tabs on them. */
export class SimDevice {
  readonly disk = new SimDisk()
  readonly browser = new MemoryBrowser()
  readonly liveStore: SimLiveStore
  readonly tabs: Array<SimTab> = []
  readonly cancelled = new CancelledContents()
  /** Files that were asked for by name here. */
  readonly asked = new Set<string>()
  /** Files whose facts a reset of LiveStore threw away, and that were not promised to come back. */
  readonly resetLosses = new Set<string>()
  resets = 0
  readonly name: string
  readonly remote: SimRemote
  readonly maxCacheBytes: number
  readonly wrongByMs: number
  readonly #clock: SimClock
  readonly #random: SeededRandom
  readonly #onPushed: () => void
  #opened = 0
  #isOnline = true
  #isAcknowledging = false
  #isSyncing = false

  constructor(
    name: string,
    world: {
      readonly backend: SimBackend
      readonly remote: SimRemote
      readonly clock: SimClock
      readonly random: SeededRandom
      readonly maxCacheBytes: number
      /** Its clock differs by so much from everybody's. */
      readonly wrongByMs: number
      /** This device has pushed something to the backend. */
      readonly onPushed: () => void
    },
  ) {
    this.name = name
    this.remote = world.remote
    this.liveStore = new SimLiveStore(world.backend)
    this.maxCacheBytes = world.maxCacheBytes
    this.wrongByMs = world.wrongByMs
    this.#clock = world.clock
    this.#random = world.random
    this.#onPushed = world.onPushed
  }

  get isOnline(): boolean {
    return this.#isOnline
  }

  set isOnline(isOnline: boolean) {
    this.#isOnline = isOnline
    if (isOnline) this.scheduleSync()
    for (const { client, isAlive } of this.tabs) if (isAlive) void client.probe().catch(() => undefined)
  }

  openTab(): SimTab {
    const tab = new SimTab(this, `${this.name}${this.#opened++}`, this.#clock, this.#random)
    this.tabs.push(tab)
    this.scheduleSync()
    return tab
  }

  drop(tab: SimTab): void {
    this.tabs.splice(this.tabs.indexOf(tab), 1)
  }

  killAll(): void {
    for (const tab of this.tabs.splice(0)) tab.kill()
  }

  /** LiveStore throws its own storage away, as it may when it starts; files and journals are not its own. */
  resetLiveStore(): void {
    this.killAll()
    // Promised is that no un-uploaded file is lost. An uploaded one leaves the journal when its record is on this
    // disk; if it never reached the sync backend before the reset, its record is gone with LiveStore's storage.
    const open = [...this.disk.journals.values()].flatMap(
      (lines) => new JournalState().apply(fromLines(lines)).open,
    )
    const journalled = new Set(open.map(({ id }) => id))
    for (const fact of this.liveStore.pending) {
      if (fact.type === "contentErased") continue
      const id = fact.type === "created" ? fact.record.id : fact.id
      if (!journalled.has(id)) this.resetLosses.add(id)
    }
    this.cancelled.clear()
    this.resets++
    this.liveStore.reset()
    this.disk.local.clear()
    this.disk.heard.length = 0
  }

  /** A tab committed: its LiveStore will have it on disk in a moment. */
  committed(): void {
    if (this.#isAcknowledging) return
    this.#isAcknowledging = true
    this.#clock.after(2 + this.#random.below(30), () => {
      this.#isAcknowledging = false
      this.liveStore.acknowledge()
      this.scheduleSync()
    })
  }

  scheduleSync(): void {
    if (this.#isSyncing) return
    this.#isSyncing = true
    this.#clock.after(10 + this.#random.below(150), () => {
      this.#isSyncing = false
      if (!this.#isOnline || this.tabs.length === 0) return
      const hasNews = this.liveStore.pending.length > 0
      this.liveStore.sync()
      if (hasNews) this.#onPushed()
    })
  }
}
