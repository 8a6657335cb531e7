import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import path from "node:path"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { diskStorage } from "../disk-storage.js"
import { createFileSyncHandler } from "../handler.js"
import type { FileSyncHandlerOptions, RequestLogEntry } from "../handler-options.js"
import type { ObjectStorage } from "../object-storage.js"
import { toNodeListener } from "../node-listener.js"
import { shareSecret, testOptions } from "./test-options.js"

/** A backend that listens on loopback. */
export interface BackendUnderTest {
  /** Without a slash at the end; the protocol is under `/api`. */
  readonly url: string
  readonly stop: () => Promise<void>
}

/** The handler over any store, behind Node's HTTP server. */
export const startNodeBackend = async (
  storage: ObjectStorage,
  options: Partial<FileSyncHandlerOptions> = {},
): Promise<BackendUnderTest> => {
  const server = createServer(
    toNodeListener(createFileSyncHandler({ ...testOptions, storage, log: printDefect, ...options })),
  )
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A defect is an answer without a cause; the cause belongs into the test's output. */
const printDefect = ({ error }: RequestLogEntry): void => {
  if (error !== undefined) process.stdout.write(`${error instanceof Error ? error.stack : String(error)}\n`)
}

/** The handler over a fresh folder. */
export const startDiskBackend = async (): Promise<BackendUnderTest & { readonly folder: string }> => {
  const folder = mkdtempSync(path.join(tmpdir(), "filesync-disk-"))
  const backend = await startNodeBackend(diskStorage(folder), { shareSecret })
  return {
    ...backend,
    folder,
    stop: async () => {
      await backend.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The handler over R2, both in workerd. */
export const startR2Backend = (): Promise<BackendUnderTest> => startWorker("server/test/r2-worker.ts")

/** A worker of this folder in workerd, with an empty bucket. */
export const startWorker = async (program: string): Promise<BackendUnderTest> => {
  const result = await build({
    entryPoints: [path.resolve(program)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["node:*"],
    logLevel: "error",
  })
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    unsafeDirectSockets: [{ host: "127.0.0.1", port: 0 }],
    cf: false,
    telemetry: { enabled: false },
    modules: [{ type: "ESModule", path: "worker.mjs", contents: result.outputFiles[0]?.text ?? "" }],
    compatibilityDate: "2025-05-07",
    r2Buckets: ["FILES"],
  })
  await miniflare.ready
  const url = await miniflare.unsafeGetDirectURL()
  return { url: url.origin, stop: () => miniflare.dispose() }
}
