import assert from "node:assert/strict"
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { describe, it } from "node:test"
import { bytesOf, keyOf, someBytes } from "./test/client.js"
import { bun, deno, node, type Runtime, runtimeMissing, startInRuntime } from "./test/other-runtimes.js"

const examples: ReadonlyArray<readonly [runtime: Runtime, program: string]> = [
  [node, "server/examples/node.mjs"],
  [deno, "server/examples/deno.mjs"],
  [bun, "server/examples/bun.mjs"],
]

describe("the examples", () => {
  for (const [runtime, program] of examples) {
    it(`serve a folder: ${path.basename(program)}`, { skip: runtimeMissing(runtime) ?? false }, async () => {
      const folder = mkdtempSync(path.join(tmpdir(), "filesync-example-"))
      const leftByCrash = path.join(folder, "tmp/left-by-a-crash")
      mkdirSync(path.dirname(leftByCrash))
      writeFileSync(leftByCrash, "half")
      utimesSync(leftByCrash, 0, 0)
      const backend = await startInRuntime(runtime, program, {
        FILESYNC_TOKEN: "secret",
        FILESYNC_FOLDER: folder,
        PORT: "0",
      })
      try {
        assert.equal(existsSync(leftByCrash), false, "what a crash left was removed")
        const bytes = someBytes(100_000)
        const address = `${backend.url}/api/files/${keyOf(bytes)}`
        const headers = { Authorization: "Bearer secret" }
        assert.equal((await fetch(address, { method: "PUT", body: bytes })).status, 401)
        assert.equal((await fetch(address, { method: "PUT", body: bytes, headers })).status, 201)
        const answer = await fetch(address, { headers })
        assert.equal(answer.headers.get("Content-Length"), "100000")
        assert.deepEqual(await bytesOf(answer), bytes)
      } finally {
        await backend.stop()
        rmSync(folder, { recursive: true, force: true })
      }
    })
  }
})
