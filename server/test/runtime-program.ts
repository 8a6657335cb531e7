// A program for Node, Deno and Bun: the handler under test behind an HTTP server. Prints where it listens.
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import process from "node:process"
import { diskStorage } from "../disk-storage.js"
import { createFileSyncHandler } from "../handler.js"
import type { HandlerLimits } from "../handler-options.js"
import { toNodeListener } from "../node-listener.js"
import type { ObjectStorage } from "../object-storage.js"
import type { S3StorageOptions } from "../s3-client.js"
import { s3Storage } from "../s3-storage.js"
import { testOptions } from "./test-options.js"

/** Over which store, and behind whose server: Node's, which all runtimes have, or the runtime's own. */
export interface ProgramOptions {
  readonly folder?: string
  readonly s3?: S3StorageOptions
  readonly server: "node" | "own"
  /** Default: those of the tests. */
  readonly limits?: Partial<HandlerLimits>
}

interface OwnServers {
  readonly Deno?: {
    readonly serve: (
      options: {
        readonly port: number
        readonly hostname: string
        readonly onListen: (address: { readonly port: number }) => void
      },
      handler: (request: Request) => Promise<Response>,
    ) => unknown
  }
  readonly Bun?: {
    readonly serve: (options: {
      readonly port: number
      readonly hostname: string
      readonly maxRequestBodySize: number
      readonly fetch: (request: Request) => Promise<Response>
    }) => { readonly port: number }
  }
}

const options = JSON.parse(process.env.FILESYNC_PROGRAM ?? "{}") as ProgramOptions
const hostname = "127.0.0.1"

const storageOf = ({ folder, s3 }: ProgramOptions): ObjectStorage => {
  if (folder !== undefined) return diskStorage(folder)
  if (s3 !== undefined) return s3Storage(s3)
  throw new Error("No store is named.")
}

const handler = createFileSyncHandler({
  ...testOptions,
  ...(options.limits === undefined ? {} : { limits: options.limits }),
  storage: storageOf(options),
  log: ({ error }) => {
    if (error !== undefined) process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  },
})

const say = (port: number): void => {
  process.stdout.write(`http://${hostname}:${port}\n`)
}

const { Deno, Bun } = globalThis as OwnServers
if (options.server === "node") {
  const server = createServer(toNodeListener(handler))
  server.listen(0, hostname, () => say((server.address() as AddressInfo).port))
} else if (Deno !== undefined) {
  Deno.serve({ port: 0, hostname, onListen: ({ port }) => say(port) }, handler)
} else if (Bun !== undefined) {
  say(Bun.serve({ port: 0, hostname, maxRequestBodySize: 2 ** 33, fetch: handler }).port)
}
