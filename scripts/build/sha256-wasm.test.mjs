import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { sha256Code, sha256Module } from "./sha256-wasm.mjs"

describe("SHA-256 as WebAssembly", () => {
  it("is a valid module", () => {
    assert.ok(WebAssembly.validate(sha256Module()))
  })

  it("is what the source file carries", () => {
    const file = new URL("../../src/services/local-file-storage/io-worker/sha256-code.ts", import.meta.url)
    assert.equal(readFileSync(file, "utf8"), sha256Code())
  })
})
