/** Runs SQL in LiveStore's databases while LiveStore is closed. */
import { withDatabases } from "../../src/livestore/databases.js"

export interface Step {
  readonly database: "eventlog" | "state"
  readonly sql: string
}

self.onmessage = async ({ data }: MessageEvent<{ folder: string; stateFile: string; steps: Step[] }>) => {
  try {
    const results = await withDatabases(data.folder, data.stateFile, (databases) =>
      data.steps.map(({ database, sql }) => databases[database].select(sql)),
    )
    self.postMessage({ results })
  } catch (cause) {
    self.postMessage({ failure: String(cause) })
  }
}
