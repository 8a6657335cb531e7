import { memoryAdapter } from "../../../src/services/remote-file-storage/adapters/memory.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"

describeAdapter("memoryAdapter", () => ({ adapter: memoryAdapter({ multipart: true, batch: true }) }))
