import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { describe, it } from "node:test"

const { watchHealth } = (await import(path.resolve("server/local-backend-watchdog.mjs"))) as {
  readonly watchHealth: (options: {
    readonly address: () => string
    readonly everyMs: number
    readonly silentMs: number
    readonly onSilence: () => Promise<void>
    readonly workDone: () => Promise<number | undefined>
  }) => () => void
}

/** A server that takes connections and answers none; `asked` resolves when that many requests came. */
const startSilent = async (count: number) => {
  let requests = 0
  let notify: () => void = () => undefined
  const asked = new Promise<void>((resolve) => {
    notify = resolve
  })
  const server = createServer(() => {
    requests += 1
    if (requests === count) notify()
  })
  server.listen(0, "127.0.0.1")
  await once(server, "listening")
  const stop = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, stop }
}

describe("watchHealth", () => {
  it("counts a program that does not answer as at work while it reads and writes", async () => {
    const server = await startSilent(8)
    let work = 0
    let silences = 0
    const unwatch = watchHealth({
      address: () => server.url,
      everyMs: 5,
      silentMs: 50,
      onSilence: async () => {
        silences += 1
      },
      workDone: async () => (work += 1),
    })
    await server.asked
    unwatch()
    server.stop()
    assert.equal(silences, 0)
  })

  it("notices when it does not", async () => {
    const server = await startSilent(8)
    let unwatch: () => void = () => undefined
    await new Promise<void>((resolve) => {
      unwatch = watchHealth({
        address: () => server.url,
        everyMs: 5,
        silentMs: 50,
        onSilence: async () => resolve(),
        workDone: async () => 7,
      })
    })
    unwatch()
    server.stop()
  })
})
