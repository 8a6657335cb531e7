import { adapterFaults } from "./faults/adapters.mjs"
import { clientFaults } from "./faults/client.mjs"
import { serverFaults } from "./faults/server.mjs"
import { engineFaults } from "./faults/engine.mjs"
import { storageFaults } from "./faults/storage.mjs"
import { workerFaults } from "./faults/worker.mjs"

/**
 * Faults that a tired developer could make and a user would notice. `find` stands in `file` exactly once and becomes
 * `replace`; `tests` are the files that ought to notice, the quickest first. Those most dangerous to data come first.
 */
export const faults = [
  ...serverFaults,
  ...storageFaults,
  ...engineFaults,
  ...adapterFaults,
  ...workerFaults,
  ...clientFaults,
]
