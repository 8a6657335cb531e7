/** Runs in a frame: a tab of the store that the frame element names, which uploads without end until it is killed. */
import { createFileSync } from "../../src/client/create-file-sync.js"
import { memoryAdapter } from "../../src/services/remote-file-storage/adapters/memory.js"
import { textFile } from "./bench.js"
import { makeStore } from "./store.js"

const frame = globalThis.frameElement as HTMLElement
const { storeId = "" } = frame.dataset
const engine = createFileSync({
  store: (await makeStore({ storeId })) as never,
  storeId,
  remoteAdapter: memoryAdapter({ fault: () => new Promise<never>(() => undefined) }),
  serviceWorker: false,
  cache: { persist: false },
})
await engine.start()
const id = await engine.saveFile(textFile("half way"))
engine.subscribe(() => {
  if (engine.getFileState(id).transfer === "uploading") frame.dataset["uploads"] = id
})
