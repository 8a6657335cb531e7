import { bun } from "./test/other-runtimes.js"
import { runtimeContracts } from "./test/runtime-contracts.js"

// `Bun.serve` sends a streamed body in chunks and drops its `Content-Length`; behind `node:http` it is kept.
runtimeContracts(bun, { contentLength: false })
