import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { diskStorage } from "./disk-storage.js"
import { accessContract } from "./test/access-contract.js"
import { startDiskBackend } from "./test/backend-under-test.js"
import { batchContract } from "./test/batch-contract.js"
import { fuzzContract } from "./test/fuzz-contract.js"
import { garbageContract } from "./test/garbage-contract.js"
import { handlerContract } from "./test/handler-contract.js"
import { multipartContract } from "./test/multipart-contract.js"
import { servingContract } from "./test/serving-contract.js"
import { shareContract } from "./test/share-contract.js"
import { slowContract } from "./test/slow-contract.js"

handlerContract("disk", startDiskBackend)
multipartContract("disk", startDiskBackend)
batchContract("disk", startDiskBackend)
accessContract("disk", startDiskBackend)
servingContract("disk", startDiskBackend)
slowContract("disk", startDiskBackend)
fuzzContract("disk", startDiskBackend)
shareContract("disk", startDiskBackend)
garbageContract("disk", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-disk-"))
  return {
    storage: diskStorage(folder),
    stop: async () => rmSync(folder, { recursive: true, force: true }),
  }
})
