export { type HealOptions, healLiveStore } from "./heal-livestore.js"
export type { HealReport, Repair, StateFault, UnsyncedEvent } from "./heal-report.js"
export { type HealedWorkerOptions, makeHealedWorker } from "./healed-worker.js"
export { steadySync } from "./steady-sync.js"
