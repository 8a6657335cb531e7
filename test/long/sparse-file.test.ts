import { streamsSparseFile } from "../support/sparse-file.js"

// Not in CI: it writes 5 GB.
describe("an engine with a file of more than 5 GB", () => {
  streamsSparseFile(5_368_721_465, "46e0a80864a55f96f5e104becee429ee4a30686d8bb89b05b9021579ba0de358")
})
