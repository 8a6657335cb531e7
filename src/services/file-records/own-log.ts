import { FileTables, RecordDevice, type RecordLog } from "./record-log.js"

/** A log that one engine has for itself. */
export const makeOwnLog = (): RecordLog => {
  const tables = new FileTables()
  const listeners = new Set<() => void>()
  return {
    tables: () => tables,
    commit: (facts) => {
      for (const fact of facts) tables.apply(fact)
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    acknowledged: (onAcknowledged) => {
      queueMicrotask(onAcknowledged)
      return () => undefined
    },
    local: new Map(),
    device: new RecordDevice(),
  }
}
