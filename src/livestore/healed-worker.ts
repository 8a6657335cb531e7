import { makeWorker, type WorkerOptions } from "@livestore/adapter-web/worker"
import { healLiveStore } from "./heal-livestore.js"
import type { HealReport } from "./heal-report.js"
import { beforeStorageOpens } from "./storage-gate.js"

/** LiveStore's worker options, and callbacks for storage that had to be repaired. */
export interface HealedWorkerOptions extends WorkerOptions {
  /** See `HealOptions.thorough`. */
  readonly thorough?: boolean
  /** Called with what was found, before LiveStore starts. */
  readonly onReport?: (report: HealReport) => void
  /**
   * Called when LiveStore's event log cannot be read, with the events of this device that still could be. `reset`
   * removes LiveStore's storage, and everything is received again from the backend; default: `keep`, and LiveStore does
   * not start.
   */
  readonly onDamaged?: (
    report: Extract<HealReport, { readonly _tag: "Damaged" }>,
  ) => "keep" | "reset" | Promise<"keep" | "reset">
}

/**
 * Starts LiveStore's worker as `makeWorker` does, and repairs its storage before: an ordinary close of a browser at the
 * wrong moment leaves LiveStore 0.4.0 unable to start, or silently without events of this or other devices.
 */
export const makeHealedWorker = ({
  thorough,
  onReport,
  onDamaged,
  ...options
}: HealedWorkerOptions): void => {
  beforeStorageOpens(async (folder) => {
    const report = await healLiveStore({ schema: options.schema, folder, thorough: thorough === true })
    onReport?.(report)
    if (report._tag !== "Damaged" || (await onDamaged?.(report)) !== "reset") return
    for await (const name of folder.keys()) await folder.removeEntry(name, { recursive: true })
  })
  makeWorker(options)
}
