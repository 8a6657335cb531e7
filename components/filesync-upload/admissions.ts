import type { LocalizeController } from "../localize/localize-controller.js"
import { admit, type Refusal } from "./admission.js"
import { rulesOf } from "./admit-files.js"
import type { Gathered } from "./gather-files.js"
import type { SavePlan } from "./upload-item.js"
import { UnloadGuard } from "./unload-guard.js"

/** Files that are looked at in one go: each is an event to the page, and a person may drop thousands. */
const filesAtOnce = 200

/** Callbacks of an upload element for admitted files. */
export interface AdmissionsListener {
  /** There are other refusals, or files are being looked at. */
  changed(): void
  /** How many files the element has. */
  present(): number
  /** The element takes one file, and there is another one. */
  replace(): void
  add(plans: ReadonlyArray<SavePlan>): void
}

/** Looks at the files of each drop, a few hundred at a time, and keeps what was refused. */
export class Admissions {
  readonly #element: Element & Parameters<typeof rulesOf>[0]
  readonly #listener: AdmissionsListener
  readonly #unloadGuard = new UnloadGuard()
  #refusals: ReadonlyArray<Refusal> = []
  #running = 0

  constructor(element: Element & Parameters<typeof rulesOf>[0], listener: AdmissionsListener) {
    this.#element = element
    this.#listener = listener
  }

  /** What was refused of the last drop, until it is forgotten. */
  get refusals(): ReadonlyArray<Refusal> {
    return this.#refusals
  }

  /** Some files have not been looked at yet. */
  get isBusy(): boolean {
    return this.#running > 0
  }

  forget(): void {
    this.#refusals = []
  }

  /** Takes what a drop, a paste or a choice gave; small ones at once, before it returns. */
  take(gathered: Gathered, localize: LocalizeController): void {
    const { files, refusedFolders, unreadable } = gathered
    if (files.length + refusedFolders.length + unreadable.length === 0) return
    this.#refusals = []
    const rules = rulesOf(this.#element, this.#listener.present())
    // One drop has one time, and its files the order they were given in, however many commits save them.
    const createdAt = new Date()
    let taken = 0
    const takeSome = (some: Gathered): void => {
      const { plans, refusals } = admit(this.#element, some, rules, localize, taken)
      if (refusals.length > 0) this.#refusals = [...this.#refusals, ...refusals]
      if (!rules.isMany && plans.length > 0) this.#listener.replace()
      this.#listener.add(plans.map((plan, at) => ({ ...plan, createdAt, sequence: taken + at })))
      taken += plans.length
      this.#listener.changed()
    }
    takeSome({ ...gathered, files: files.slice(0, filesAtOnce) })
    if (files.length > filesAtOnce) void this.#takeRest(files.slice(filesAtOnce), takeSome)
  }

  async #takeRest(files: Gathered["files"], takeSome: (some: Gathered) => void): Promise<void> {
    this.#running++
    this.#unloadGuard.set(true)
    for (let at = 0; at < files.length; at += filesAtOnce) {
      await nextTask()
      if (at + filesAtOnce >= files.length) this.#running--
      takeSome({ files: files.slice(at, at + filesAtOnce), refusedFolders: [], unreadable: [] })
    }
    this.#unloadGuard.set(this.isBusy)
  }
}

const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
