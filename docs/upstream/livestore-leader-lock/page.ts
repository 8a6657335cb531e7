import { makePersistedAdapter } from "@livestore/adapter-web"
import { createStorePromise, makeSchema, State } from "@livestore/livestore"

const notes = State.SQLite.table({
  name: "notes",
  columns: { id: State.SQLite.text({ primaryKey: true }) },
})
const schema = makeSchema({
  state: State.SQLite.makeState({ tables: { notes }, materializers: {} }),
  events: {},
})

const run = async (): Promise<void> => {
  const giveUp = new AbortController()
  const adapter = makePersistedAdapter({
    storage: { type: "opfs" },
    worker: ({ name }) => new Worker("worker.js", { type: "module", name }),
    sharedWorker: ({ name }) => new SharedWorker("worker.js", { type: "module", name }),
    experimental: { disableFastPath: true },
  })
  createStorePromise({
    schema,
    adapter,
    storeId: "leader-lock",
    disableDevtools: true,
    signal: giveUp.signal,
  }).catch(() => undefined)
  const heldLocks = async () => (await navigator.locks.query()).held?.map(({ name }) => name) ?? []
  while (!(await heldLocks()).includes("livestore-tab-lock-leader-lock"))
    await new Promise((resolve) => setTimeout(resolve, 100))
  giveUp.abort()
  await new Promise((resolve) => setTimeout(resolve, 5000))
  console.log(`done: five seconds after the start was given up, held: ${(await heldLocks()).join(", ")}`)
}

void run()
