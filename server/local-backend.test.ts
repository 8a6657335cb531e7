import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { networkInterfaces, tmpdir } from "node:os"
import path from "node:path"
import { after, describe, it } from "node:test"
import { fetch as fetchWithSockets } from "miniflare"
import { bytesOf, hashOf, keyOf, sendRaw, someBytes } from "./test/client.js"

type StartLocalBackend = (options: {
  readonly dataFolder?: string
  readonly port?: number
  readonly allowOrigins?: ReadonlyArray<string>
  readonly variables?: Record<string, string>
  readonly health?: { readonly everyMs?: number; readonly silentMs?: number }
  readonly report?: (line: string) => void
  readonly assets?: (request: Request) => Promise<Response | undefined>
}) => Promise<{ readonly url: string; readonly port: number; readonly stop: () => Promise<void> }>

const { startLocalBackend } = (await import(path.resolve("server/local-backend.mjs"))) as {
  readonly startLocalBackend: StartLocalBackend
}

describe("startLocalBackend", () => {
  const dataFolder = mkdtempSync(path.join(tmpdir(), "filesync-local-"))
  after(() => rmSync(dataFolder, { recursive: true, force: true }))

  it("serves files, sync and the app on one port", async () => {
    const backend = await startLocalBackend({
      dataFolder,
      assets: async (request) =>
        new URL(request.url).pathname === "/app"
          ? new Response("the app", { headers: { "content-type": "text/html" } })
          : undefined,
    })
    try {
      const bytes = someBytes(1000)
      const address = `${backend.url}/api/files/${keyOf(bytes)}`
      assert.equal((await fetch(address, { method: "PUT", body: bytes })).status, 201)
      assert.deepEqual(await bytesOf(await fetch(address)), bytes)
      assert.equal(await (await fetch(`${backend.url}/app`)).text(), "the app")
      assert.equal((await fetch(`${backend.url}/nothing`)).status, 404)
      assert.equal((await fetch(`${backend.url}/sync`)).status, 400)
      assert.equal(new URL(backend.url).port, String(backend.port))
    } finally {
      await backend.stop()
    }
  })

  it("answers an upload to a path that takes none, whatever its size", async () => {
    const backend = await startLocalBackend({ dataFolder, assets: async () => undefined })
    try {
      for (const sizeBytes of [98_000, 3_000_000, 98_000]) {
        const answer = await fetch(`${backend.url}/elsewhere/files/a`, {
          method: "PUT",
          body: someBytes(sizeBytes),
          signal: AbortSignal.timeout(30_000),
        })
        assert.equal(answer.status, 404)
      }
    } finally {
      await backend.stop()
    }
  })

  it("keeps files and events over a restart", async () => {
    const bytes = someBytes(1000)
    const first = await startLocalBackend({ dataFolder })
    try {
      const answer = await fetch(`${first.url}/api/files/${keyOf(bytes)}`, { method: "PUT", body: bytes })
      assert.equal(answer.status, 201)
      await callSync(first.url, "Push", { batch: [event], backendId: { _tag: "None" } })
    } finally {
      await first.stop()
    }
    const second = await startLocalBackend({ dataFolder })
    try {
      assert.equal(
        hashOf(await bytesOf(await fetch(`${second.url}/api/files/${keyOf(bytes)}`))),
        hashOf(bytes),
      )
      assert.match(
        await callSync(second.url, "Pull", { live: false, cursor: { _tag: "None" } }),
        /v1\.SomethingHappened/,
      )
    } finally {
      await second.stop()
    }
  })

  it("collects garbage by what LiveStore's own log refers to", async () => {
    const backend = await startLocalBackend({ variables: { FILESYNC_GARBAGE_TOKEN: "secret" } })
    try {
      const [kept, lost, elsewhere] = [someBytes(10), someBytes(20), someBytes(30)]
      const put = (key: string, body: Uint8Array<ArrayBuffer>) =>
        fetch(`${backend.url}/api/files/${key}`, { method: "PUT", body })
      await put(keyOf(kept), kept)
      await put(keyOf(lost), lost)
      await put(keyOf(elsewhere, "unknown%20store"), elsewhere)
      const files = [{ id: "a", contentHash: hashOf(kept) }]
      const created = { ...event, name: "v1.FileCreated", args: { files } }
      await callSync(backend.url, "Push", { batch: [created], backendId: { _tag: "None" } })
      const ask = (token: string) =>
        fetch(`${backend.url}/garbage`, { method: "POST", headers: { Authorization: `Bearer ${token}` } })
      assert.equal((await ask("guess")).status, 401)
      const report = (await (await ask("secret")).json()) as Record<string, unknown>
      assert.deepEqual(report, {
        dryRun: true,
        complete: true,
        checked: 3,
        referenced: 1,
        waiting: 1,
        young: 1,
        youngBytes: 20,
        youngFolders: ["acme"],
        deleted: [],
        deletedBytes: 0,
        unknownFolders: ["unknown%20store"],
        abandonedUploads: 0,
      })
    } finally {
      await backend.stop()
    }
  })

  it("leaves no workerd behind when it is stopped", async () => {
    const before = workerdProcesses()
    const backend = await startLocalBackend({})
    assert.equal(workerdProcesses().length, before.length + 1)
    await backend.stop()
    assert.deepEqual(workerdProcesses(), before)
  })

  it("restarts a workerd that hangs, on the same data and port, and lets what comes meanwhile wait", async () => {
    const lines: Array<string> = []
    const before = workerdProcesses()
    const backend = await startLocalBackend({
      dataFolder,
      health: { everyMs: 100, silentMs: 1000 },
      report: (line) => lines.push(line),
    })
    const started = () => workerdProcesses().filter((pid) => !before.includes(pid))
    try {
      const bytes = someBytes(1001)
      const address = `${backend.url}/api/files/${keyOf(bytes)}`
      assert.equal((await fetch(address, { method: "PUT", body: bytes })).status, 201)
      // Twice, because the second one has the gate in front of it already.
      for (const round of [1, 2]) {
        const [hung] = started()
        assert.ok(hung, "workerd runs")
        process.kill(Number(hung), "SIGSTOP")
        const askedBefore = fetch(address).catch(() => undefined)
        await until(() => lines.length >= 2 * round - 1)
        const answers = await Promise.all([1, 2, 3].map(() => askUntilTaken(address)))
        for (const answer of answers) assert.deepEqual(answer, bytes)
        // What waited for the old one ends with it.
        await askedBefore
        await until(() => lines.length >= 2 * round)
        assert.match(lines[2 * round - 2] ?? "", /workerd has not answered for [\d.]+ s and is restarted/)
        assert.match(lines[2 * round - 1] ?? "", /workerd answers again after [\d.]+ s/)
        assert.notEqual(started()[0], hung)
      }
      assert.match(await callSync(backend.url, "Pull", { live: false, cursor: { _tag: "None" } }), /v1\./)
    } finally {
      await backend.stop()
    }
    assert.deepEqual(workerdProcesses(), before)
    await assert.rejects(fetch(`${backend.url}/api/health`), "the port is free again")
  })

  it("starts a workerd again that ends by itself", async () => {
    const lines: Array<string> = []
    const before = workerdProcesses()
    // A machine that takes long to start it again is none where it hangs.
    const health = { silentMs: 600_000 }
    const backend = await startLocalBackend({ health, report: (line) => lines.push(line) })
    try {
      const bytes = someBytes(1002)
      const address = `${backend.url}/api/files/${keyOf(bytes)}`
      assert.equal((await fetch(address, { method: "PUT", body: bytes })).status, 201)
      const own = workerdProcesses().find((pid) => !before.includes(pid))
      process.kill(Number(own), "SIGKILL")
      await until(() => lines.length > 0)
      assert.deepEqual(lines, ["local backend: workerd ended by itself and was started again"])
      assert.deepEqual(await bytesOf(await fetch(address)), bytes)
    } finally {
      await backend.stop()
    }
  })

  it("answers to its own names, and to pages of its own and of listed origins", async () => {
    const backend = await startLocalBackend({ allowOrigins: ["http://app.test:5173"] })
    try {
      const { port } = backend
      const ask = async (host: string, more = "", line = "GET /api/health") => {
        const head = `${line} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n${more}\r\n`
        return Number((await sendRaw(backend.url, [head])).split(" ")[1])
      }
      for (const host of [
        `localhost:${port}`,
        `127.0.0.1:${port}`,
        `[::1]:${port}`,
        "localhost",
        "app.test:5173",
      ]) {
        assert.equal(await ask(host), 204, host)
      }
      // Nothing of this machine but loopback leads to it.
      for (const { address } of Object.values(networkInterfaces()).flatMap((found) => found ?? [])) {
        if (/^(?:127\.|::1$|fe80:)/.test(address)) continue
        const name = address.includes(":") ? `[${address}]` : address
        await assert.rejects(fetch(`http://${name}:${port}/api/health`), address)
      }
      const bytes = someBytes(10)
      assert.equal(await ask("evil.example"), 421)
      assert.equal(
        await ask("evil.example", "Origin: http://evil.example\r\n", `DELETE /api/files/${keyOf(bytes)}`),
        421,
      )
      assert.equal(await ask("localhost.evil.example", "", "GET /"), 421)
      const upgrade = (origin: string) =>
        ask(
          `localhost:${port}`,
          `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${origin}`,
          "GET /sync?storeId=photos&transport=ws",
        )
      assert.equal(await upgrade("Origin: https://evil.example\r\n"), 403)
      assert.equal(await upgrade("Origin: null\r\n"), 403)
      assert.equal(await upgrade("Sec-Fetch-Site: cross-site\r\n"), 403)
      const simplePost = (target: string, from: string) =>
        ask(`localhost:${port}`, `${from}Content-Type: text/plain\r\nContent-Length: 0\r\n`, `POST ${target}`)
      for (const target of ["/api/batch", "/api/share", "/sync?storeId=photos&transport=http"]) {
        assert.equal(await simplePost(target, "Origin: https://evil.example\r\n"), 403, target)
        assert.equal(await simplePost(target, "Sec-Fetch-Site: cross-site\r\n"), 403, target)
      }
      assert.equal(await upgrade(""), 101)
      assert.equal(await upgrade(`Origin: http://localhost:${port}\r\n`), 101)
      assert.equal(await upgrade("Origin: http://app.test:5173\r\n"), 101)
    } finally {
      await backend.stop()
    }
  })

  it("lets listed origins in", async () => {
    const backend = await startLocalBackend({ allowOrigins: ["http://localhost:5173"] })
    try {
      const ask = (origin: string) => fetch(`${backend.url}/api/health`, { headers: { Origin: origin } })
      const allowed = await ask("http://localhost:5173")
      assert.equal(allowed.headers.get("Access-Control-Allow-Origin"), "http://localhost:5173")
      const refused = await ask("http://localhost:5174")
      assert.equal(refused.headers.get("Access-Control-Allow-Origin"), null)
    } finally {
      await backend.stop()
    }
  })
})

const until = async (isSo: () => boolean): Promise<void> => {
  const giveUpAt = performance.now() + 60_000
  while (!isSo()) {
    assert.ok(performance.now() < giveUpAt, "it takes too long")
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Between two programs that listen on a port there is a moment when none does. */
const askUntilTaken = async (address: string): Promise<Uint8Array> => {
  let answer: Response | undefined
  const giveUpAt = performance.now() + 60_000
  while (answer === undefined && performance.now() < giveUpAt) {
    answer = await fetch(address).catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  assert.equal(answer?.status, 200)
  return bytesOf(answer)
}

const event = {
  name: "v1.SomethingHappened",
  args: {},
  seqNum: 1,
  parentSeqNum: 0,
  clientId: "client",
  sessionId: "session",
}

/** One call to LiveStore's sync backend by the words of its own protocol; gives back what was answered, as text. */
const callSync = async (baseUrl: string, method: "Push" | "Pull", payload: object): Promise<string> => {
  const { webSocket } = await fetchWithSockets(`${baseUrl}/sync?storeId=acme&transport=ws`, {
    headers: { Upgrade: "websocket" },
  })
  assert.ok(webSocket, "the sync backend takes the socket")
  return new Promise((resolve, reject) => {
    let received = ""
    webSocket.addEventListener("message", ({ data }) => {
      received += String(data)
      if (String(data).includes('"Chunk"')) webSocket.send(JSON.stringify({ _tag: "Ack", requestId: "1" }))
      if (!String(data).includes('"Exit"')) return
      webSocket.close()
      if (received.includes('"Failure"')) reject(new Error(received))
      else resolve(received)
    })
    webSocket.accept()
    const tag = `SyncWsRpc.${method}`
    webSocket.send(
      JSON.stringify({
        _tag: "Request",
        id: "1",
        tag,
        payload: { storeId: "acme", ...payload },
        headers: [],
      }),
    )
  })
}

const workerdProcesses = (): ReadonlyArray<string> => {
  try {
    const own = execFileSync("pgrep", ["-P", String(process.pid), "-f", "workerd"], { encoding: "utf8" })
    return own.trim().split("\n")
  } catch {
    // pgrep fails when it finds none.
    return []
  }
}
