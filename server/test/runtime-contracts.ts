import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { describe, it } from "node:test"
import { accessContract } from "./access-contract.js"
import type { BackendUnderTest } from "./backend-under-test.js"
import { batchContract } from "./batch-contract.js"
import { type ContractTraits, handlerContract } from "./handler-contract.js"
import { multipartContract } from "./multipart-contract.js"
import { type Runtime, runtimeMissing, startInRuntime } from "./other-runtimes.js"
import { radosgwMissing, startRadosgw } from "./radosgw.js"
import type { ProgramOptions } from "./runtime-program.js"
import { s3Contracts } from "./s3-contracts.js"
import { servingContract } from "./serving-contract.js"

/**
 * Every contract in another runtime, over a disk behind both servers it has, and over S3; or one visibly skipped test
 * when it is not installed. `traits` are those of the runtime's own server.
 */
export const runtimeContracts = (runtime: Runtime, traits: ContractTraits = {}): void => {
  const missing = runtimeMissing(runtime)
  if (missing !== undefined) {
    describe(`the handler in ${runtime.name}`, () => {
      it("passes every contract", { skip: missing }, () => {})
    })
    return
  }
  const start = (options: ProgramOptions): Promise<BackendUnderTest> =>
    startInRuntime(runtime, "server/test/runtime-program.ts", { FILESYNC_PROGRAM: JSON.stringify(options) })

  for (const server of ["own", "node"] as const) {
    const startOnDisk = async (): Promise<BackendUnderTest> => {
      const folder = mkdtempSync(path.join(tmpdir(), "filesync-store-"))
      const backend = await start({ folder, server })
      return {
        ...backend,
        stop: async () => {
          await backend.stop()
          rmSync(folder, { recursive: true, force: true })
        },
      }
    }
    const name = `disk in ${runtime.name} behind ${server === "own" ? "its own server" : "node:http"}`
    handlerContract(name, startOnDisk, server === "own" ? traits : {})
    multipartContract(name, startOnDisk)
    batchContract(name, startOnDisk)
    accessContract(name, startOnDisk)
    servingContract(name, startOnDisk)
  }
  s3Contracts(`${runtime.name}, Ceph radosgw`, radosgwMissing(), startRadosgw, traits, (s3) =>
    start({ s3, server: "own" }),
  )
}
