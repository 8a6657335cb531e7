import { makeSingleTabAdapter } from "@livestore/adapter-web"
import { createStorePromise } from "@livestore/livestore"
import { schema } from "./schema.js"

const channel = new BroadcastChannel("half-made-folder")

const open = (parameters: string) => {
  let worker: Worker | undefined
  const adapter = makeSingleTabAdapter({
    storage: { type: "opfs" },
    worker: ({ name }) => (worker = new Worker(`worker.js${parameters}`, { type: "module", name })),
    experimental: { disableFastPath: true },
  })
  const opening = createStorePromise({ schema, adapter, storeId: "half-made-folder", disableDevtools: true })
  opening.catch(() => undefined)
  return { opening, end: () => worker?.terminate() }
}

const run = async (): Promise<void> => {
  const first = open("?stop")
  await new Promise((resolve) => (channel.onmessage = resolve))
  first.end()
  console.log("The worker ended while it made the second file of its first start. Opening the store again …")
  const timer = new Promise((resolve) => setTimeout(resolve, 30_000, "it did not open in 30 s"))
  const opened = open("").opening.then(
    () => "it opened",
    (cause) => `it failed: ${cause}`,
  )
  console.log(`done: ${await Promise.race([opened, timer])}`)
}

void run()
