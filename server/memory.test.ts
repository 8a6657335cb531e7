import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import path from "node:path"
import { describe, it } from "node:test"
import { type BackendUnderTest, startWorker } from "./test/backend-under-test.js"
import { countBytes, hashOfZeros, peakBytes, putZeros } from "./test/large-body.js"
import { node, startInRuntime } from "./test/other-runtimes.js"
import type { ProgramOptions } from "./test/runtime-program.js"

const mebibyte = 1024 ** 2
const smallBytes = 100 * mebibyte
/** `LARGE_BODY_MB=2048` is the long form. */
const largeBytes = Number(process.env.LARGE_BODY_MB ?? 400) * mebibyte
const mostGrowthBytes = 32 * mebibyte

type Watched = BackendUnderTest & { readonly processId: number }

const startNode = async (): Promise<Watched> => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-memory-"))
  const options: ProgramOptions = { folder, server: "node", limits: {} }
  const backend = await startInRuntime(node, "server/test/runtime-program.ts", {
    FILESYNC_PROGRAM: JSON.stringify(options),
  })
  return {
    ...backend,
    stop: async () => {
      await backend.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const startWorkerd = async (): Promise<Watched> => {
  const before = new Set(childrenCalled("workerd"))
  const backend = await startWorker("server/test/null-bucket-worker.ts")
  const processId = childrenCalled("workerd").find((id) => !before.has(id))
  assert.ok(processId !== undefined, "workerd runs")
  return { ...backend, processId }
}

const childrenCalled = (name: string): ReadonlyArray<number> =>
  readdirSync("/proc")
    .filter((id) => /^\d+$/.test(id) && existsSync(`/proc/${id}/stat`))
    .filter((id) => {
      const [, program, parent] = /^\d+ \((.*)\) . (\d+)/.exec(readStat(id)) ?? []
      return program === name && Number(parent) === process.pid
    })
    .map(Number)

const readStat = (id: string): string => {
  try {
    return readFileSync(`/proc/${id}/stat`, "utf8")
  } catch {
    // It ended meanwhile.
    return ""
  }
}

const canMeasure = existsSync("/proc/self/clear_refs")

describe("memory", { skip: canMeasure ? false : "the kernel does not report a process's peak here" }, () => {
  const subjects: ReadonlyArray<readonly [name: string, start: () => Promise<Watched>]> = [
    ["Node over a disk", startNode],
    ["workerd over a bucket that keeps nothing", startWorkerd],
  ]
  for (const [name, start] of subjects) {
    it(`stays flat, however large the body: ${name}`, async (context) => {
      const backend = await start()
      const headers = { Authorization: "Bearer everything" }
      const addressOf = (sizeBytes: number) => `${backend.url}/api/files/acme/${hashOfZeros(sizeBytes)}`
      const up = async (sizeBytes: number) =>
        assert.equal(await putZeros(addressOf(sizeBytes), sizeBytes, headers), 201)
      const down = async (sizeBytes: number) =>
        assert.equal(await countBytes(addressOf(sizeBytes), headers), sizeBytes)
      const growthOf = async (move: (sizeBytes: number) => Promise<void>) => {
        const small = await peakBytes(backend.processId, () => move(smallBytes))
        return (await peakBytes(backend.processId, () => move(largeBytes))) - small
      }
      try {
        const growth = { up: await growthOf(up), down: await growthOf(down) }
        const mib = (bytes: number) => `${(bytes / mebibyte).toFixed(1)} MiB`
        context.diagnostic(
          `${largeBytes / mebibyte} MiB takes more than 100 MiB: ${mib(growth.up)} up, ${mib(growth.down)} down`,
        )
        assert.ok(growth.up <= mostGrowthBytes, `up ${mib(growth.up)}`)
        assert.ok(growth.down <= mostGrowthBytes, `down ${mib(growth.down)}`)
      } finally {
        await backend.stop()
      }
    })
  }
})
