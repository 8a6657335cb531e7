import { streamsSparseFile } from "../support/sparse-file.js"

// The long form, with a size beyond 32 bits, is `node --test test/long/sparse-file.test.mjs`.
describe("an engine with a large file", () => {
  streamsSparseFile(300_000_000, "aff50ddb0611b5437528750298f1537ae38383bd35e8c02317aea5eb560072ff")
})
