import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import path from "node:path"
import { after, describe, it } from "node:test"

interface Target {
  readonly host: string
  readonly port: number
}

const { freePort, openGate } = (await import(path.resolve("server/local-backend-gate.mjs"))) as {
  readonly freePort: () => Promise<number>
  readonly openGate: (options: {
    readonly host: string
    readonly port: number
    readonly target: () => Target | undefined
    readonly waitMs?: number
  }) => { readonly close: () => void }
}

const host = "127.0.0.1"

const serve = async (text: string, port = 0): Promise<{ readonly server: Server; readonly port: number }> => {
  const server = createServer((_, response) => response.end(text))
  server.listen(port, host)
  await once(server, "listening")
  return { server, port: (server.address() as AddressInfo).port }
}

/** Asks until the port is open. */
const ask = async (port: number): Promise<Response> => {
  for (;;) {
    try {
      return await fetch(`http://${host}:${port}/`)
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
}

describe("the gate before a server that is restarted", () => {
  const closing: Array<() => void> = []
  after(() => {
    for (const close of closing) close()
  })

  it("takes the port when the old server leaves it, and lets what comes wait for the new one", async () => {
    const old = await serve("old")
    let target: Target | undefined
    let asked = 0
    let notify: () => void = () => undefined
    const waitsAWhile = new Promise<void>((resolve) => {
      notify = resolve
    })
    const findTarget = () => {
      asked += 1
      if (asked === 3) notify()
      return target
    }
    closing.push(openGate({ host, port: old.port, target: findTarget }).close)
    assert.equal(await (await ask(old.port)).text(), "old")
    old.server.closeAllConnections()
    old.server.close()
    const waiting = ask(old.port)
    await waitsAWhile
    const next = await serve("new")
    closing.push(() => next.server.close())
    target = { host, port: next.port }
    assert.equal(await (await waiting).text(), "new")
    const later = await ask(old.port)
    assert.equal(await later.text(), "new")
  })

  it("answers 503 with Retry-After when no server comes", async () => {
    const port = await freePort()
    // The port is closed.
    const target = { host, port: await freePort() }
    closing.push(openGate({ host, port, target: () => target, waitMs: 100 }).close)
    const answer = await ask(port)
    assert.equal(answer.status, 503)
    assert.equal(answer.headers.get("Retry-After"), "2")
    assert.match(await answer.text(), /is being restarted/)
  })
})
