import type { InMemoryFileSync } from "../../../components/test-support/in-memory-file-sync.js"

/** What a scene has to show its element with. */
export interface Stage {
  /** A fresh engine, which is the page's. */
  readonly engine: InMemoryFileSync
  /** Puts markup on the page and gives its first element. */
  readonly mount: <Made extends HTMLElement>(markup: string) => Promise<Made>
  /** Resolves once it is so; a scene that never gets there fails. */
  readonly until: (condition: () => unknown) => Promise<void>
}

/** One element in one state. Resolves when it is ready to be looked at. */
export type Scene = (stage: Stage) => Promise<void>

/** Scenes by the name that a difference is reported under. */
export type Scenes = Readonly<Record<string, Scene>>
