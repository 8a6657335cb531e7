import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, describe, it } from "node:test"
import path from "node:path"
import { setImmediate as turn } from "node:timers/promises"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { shareLinkPath } from "./share-links.js"
import { hashOf, keyOf, someBytes } from "./test/client.js"

const shareSecret = "a secret for signing links"

/** The example Worker as `wrangler.toml` describes it, and everything that it wrote into its log. */
const startWorker = async () => {
  const result = await build({
    entryPoints: [path.resolve("server/worker.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["workerd", "worker", "browser"],
    mainFields: ["browser", "module", "main"],
    external: ["cloudflare:*", "node:*"],
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "error",
  })
  const log: Array<string> = []
  const script = result.outputFiles[0]?.text ?? ""
  const workerOf = (name: string, bindings: Record<string, string>) => ({
    name,
    modules: [{ type: "ESModule" as const, path: "worker.mjs", contents: script }],
    compatibilityDate: "2025-05-07",
    compatibilityFlags: ["enable_request_signal", "nodejs_compat"],
    durableObjects: { SYNC: { className: "SyncBackendDO", useSQLite: true } },
    r2Buckets: ["FILES"],
    bindings: { FILESYNC_LOG: "true", ...bindings },
  })
  const storeToken = (
    token: string,
    store: string,
    more: { readonly permissions?: ReadonlyArray<string> } = {},
  ) => ({
    token,
    decision: { kind: "prefixes", prefixes: [store], ...more },
  })
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    workers: [
      workerOf("example", {
        FILESYNC_GARBAGE: "dry-run",
        FILESYNC_ALLOW_ORIGINS: "https://one.example, https://two.example",
        FILESYNC_GARBAGE_TOKEN: "garbage-secret",
        FILESYNC_SHARE_SECRET: shareSecret,
        FILESYNC_TOKENS: JSON.stringify([
          storeToken("acme-secret", "acme"),
          storeToken("beta-secret", "beta"),
          storeToken("reader-secret", "acme", { permissions: ["read"] }),
          storeToken("writer-secret", "acme", { permissions: ["write"] }),
        ]),
      }),
      // A Worker whose secret was forgotten, or is no JSON, is shut.
      workerOf("forgotten", { FILESYNC_OPEN: "TRUE" }),
      workerOf("broken", { FILESYNC_TOKENS: "acme-secret" }),
    ],
    handleRuntimeStdio(stdout: NodeJS.ReadableStream, stderr: NodeJS.ReadableStream) {
      for (const stream of [stdout, stderr]) stream.on("data", (chunk: Buffer) => log.push(String(chunk)))
    },
  })
  await miniflare.ready
  return { miniflare, log }
}

/** The log comes through a pipe, so a line may be a moment late. */
const until = async (isSo: () => boolean): Promise<void> => {
  const endMs = Date.now() + 10_000
  while (!isSo() && Date.now() < endMs) await turn()
}

describe("the example Worker", () => {
  let worker: Awaited<ReturnType<typeof startWorker>>
  before(async () => {
    worker = await startWorker()
  })
  after(() => worker.miniflare.dispose())

  const send = async (address: string, init: Record<string, unknown> = {}) => {
    const answer = await worker.miniflare.dispatchFetch(`http://files.example${address}`, init)
    return { status: answer.status, text: await answer.text() }
  }
  const syncAddress = (query: Record<string, string>, token?: string): string => {
    const payload = encodeURIComponent(JSON.stringify({ token }))
    return `/sync?${new URLSearchParams({ ...query, ...(token === undefined ? {} : { payload }) })}`
  }
  const pushTo = async (storeId: string, event: object): Promise<void> => {
    const pushed = await send(syncAddress({ storeId, transport: "http" }, `${storeId}-secret`), {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: rpc("SyncHttpRpc.Push", { storeId, batch: [event], backendId: { _tag: "None" } }),
    })
    assert.match(pushed.text, /"Success"/)
  }
  const putAs = (token: string, key: string, body: Uint8Array<ArrayBuffer>) => {
    const headers = { Authorization: `Bearer ${token}`, "Content-Length": String(body.byteLength) }
    return send(`/api/files/${key}`, { method: "PUT", body, headers })
  }

  it("collects garbage when its cron says so, by LiveStore's own log", async () => {
    const [kept, lost] = [someBytes(10), someBytes(20)]
    for (const body of [kept, lost]) assert.equal((await putAs("acme-secret", keyOf(body), body)).status, 201)
    const event = eventOf(1, "v1.FileCreated", { id: "a", contentHash: hashOf(kept) })
    await pushTo("acme", event)

    const { scheduled } = await worker.miniflare.getWorker()
    const outcome = await scheduled({ cron: "17 3 * * *", scheduledTime: new Date() })
    assert.equal(outcome.outcome, "ok")
    const bucket = await worker.miniflare.getR2Bucket("FILES")
    const noted = await (await bucket.get(".filesync/garbage/all"))?.json()
    assert.deepEqual(Object.keys((noted as { readonly since: object } | undefined)?.since ?? {}), [
      keyOf(lost),
    ])
    assert.ok((await bucket.head(keyOf(lost))) !== null, "a dry run deletes nothing")
    const report = () =>
      worker.log
        .join("")
        .split("\n")
        .find((one) => /^\{"garbage":.*\}\}$/.test(one))
    await until(() => report() !== undefined)
    assert.deepEqual(JSON.parse(report() ?? "{}"), {
      garbage: {
        dryRun: true,
        complete: true,
        checked: 2,
        referenced: 1,
        waiting: 1,
        young: 1,
        youngBytes: 20,
        youngFolders: ["acme"],
        deleted: 0,
        deletedBytes: 0,
        unknownFolders: [],
        abandonedUploads: 0,
      },
    })
  })

  it("asks for the same token on /sync as on /api", async () => {
    const push = async (storeId: string, sent: { token?: string; header?: string }): Promise<number> => {
      const pull = { storeId, live: false, cursor: { _tag: "None" } }
      const { status } = await send(syncAddress({ storeId, transport: "http" }, sent.token), {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(sent.header === undefined ? {} : { Authorization: `Bearer ${sent.header}` }),
        },
        body: rpc("SyncHttpRpc.Pull", pull),
      })
      return status
    }
    assert.equal(await push("acme", {}), 401)
    assert.equal(await push("acme", { token: "wrong-secret" }), 401)
    assert.equal(await push("acme", { token: "acme-secret" }), 200)
    assert.equal(await push("acme", { header: "acme-secret" }), 200)
    assert.equal(await push("acme2", { token: "acme-secret" }), 403)
    assert.equal(await push("../acme", { token: "acme-secret" }), 403)
    // Whoever syncs reads and writes every record of the store.
    assert.equal(await push("acme", { token: "reader-secret" }), 403)
    assert.equal(await push("acme", { token: "writer-secret" }), 403)
    assert.equal(
      (await send("/sync?storeId=acme&storeId=acme2&transport=http", { method: "POST" })).status,
      400,
    )
  })

  it("asks for it before a WebSocket opens, which then reaches the store of its address alone", async () => {
    /** What a pull over a socket brings, or the status with which the socket was refused. */
    const pull = async (token: string | undefined, storeId: string, asked = storeId): Promise<string> => {
      const address = `http://files.example${syncAddress({ storeId, transport: "ws" }, token)}`
      const answer = await worker.miniflare.dispatchFetch(address, { headers: { Upgrade: "websocket" } })
      const { webSocket } = answer
      if (webSocket === null) return String(answer.status)
      return new Promise((resolve) => {
        let received = ""
        webSocket.addEventListener("message", ({ data }) => {
          received += String(data)
          if (String(data).includes('"Chunk"'))
            webSocket.send(JSON.stringify({ _tag: "Ack", requestId: "1" }))
          if (!/"Exit"|"Defect"/.test(String(data))) return
          webSocket.close()
          resolve(received)
        })
        webSocket.accept()
        webSocket.send(rpc("SyncWsRpc.Pull", { storeId: asked, live: false, cursor: { _tag: "None" } }))
      })
    }
    await pushTo("beta", eventOf(1, "v1.SomethingOfBeta", {}))
    for (const token of [undefined, "", "wrong-secret", "garbage-secret"]) {
      assert.equal(await pull(token, "beta"), "401", token)
    }
    assert.equal(await pull("acme-secret", "beta"), "403")
    assert.match(await pull("beta-secret", "beta"), /SomethingOfBeta.*"Success"/s)
    assert.doesNotMatch(await pull("acme-secret", "acme", "beta"), /SomethingOfBeta/)
  })

  it("erases a file for good once no live record has it, by LiveStore's own log", async () => {
    const bytes = someBytes(40)
    const key = keyOf(bytes, "beta")
    assert.equal((await putAs("beta-secret", key, bytes)).status, 201)
    const headers = { Authorization: "Bearer beta-secret" }
    const erase = () => send(`/api/files/${key}?erase`, { method: "DELETE", headers })
    await pushTo("beta", eventOf(2, "v1.FileCreated", { id: "b", contentHash: hashOf(bytes) }))
    assert.match((await erase()).text, /"reason":"InUse"/)
    assert.equal((await send(`/api/files/${key}`, { headers })).status, 200)
    await pushTo("beta", eventOf(3, "v1.FileDeleted", { id: "b" }))
    assert.equal((await erase()).status, 204)
    assert.equal((await send(`/api/files/${key}`, { headers })).status, 404)
  })

  it("makes links that open without a token, and only as they were made", async () => {
    const bytes = someBytes(50)
    const key = keyOf(bytes)
    await putAs("acme-secret", key, bytes)
    const share = (token: string, shared = key) =>
      send("/api/share", {
        method: "POST",
        headers: { Authorization: `Bearer ${token}` },
        body: JSON.stringify({ key: shared, mimeType: "image/png", name: "a.png" }),
      })
    assert.equal((await share("wrong-secret")).status, 401)
    assert.equal((await share("beta-secret")).status, 403)
    const made = await share("acme-secret")
    assert.equal(made.status, 200)
    const { url } = JSON.parse(made.text) as { readonly url: string }
    const open = async (address: string) => {
      const answer = await worker.miniflare.dispatchFetch(address)
      return {
        status: answer.status,
        type: answer.headers.get("Content-Type"),
        body: await answer.arrayBuffer(),
      }
    }
    const opened = await open(url)
    assert.deepEqual([opened.status, opened.type], [200, "image/png"])
    assert.equal(hashOf(new Uint8Array(opened.body)), hashOf(bytes))
    for (const [from, to] of [
      ["image%2Fpng", "text%2Fhtml"],
      ["a.png", "b.png"],
      [hashOf(bytes), hashOf("other")],
      [/expires=\d+/, "expires=9999999999"],
    ] as const) {
      assert.notEqual(url.replace(from, to), url)
      assert.equal((await open(url.replace(from, to))).status, 403, String(from))
    }
    const link = { key, mimeType: "image/png", disposition: "inline", name: "" } as const
    const pathAt = (secret: string, expiresAtMs: number) => shareLinkPath(secret, { ...link, expiresAtMs })
    const inAnHourMs = Date.now() + 3_600_000
    for (const [linkPath, status] of [
      [await pathAt(shareSecret, inAnHourMs), 200],
      [await pathAt(shareSecret, Date.now() - 1000), 403],
      [await pathAt("another secret...", inAnHourMs), 403],
    ] as const) {
      assert.equal((await open(`http://files.example/api${linkPath}`)).status, status)
    }
  })

  it("refuses every request when the tokens are missing or cannot be read, and quotes none of them", async () => {
    const earlier = worker.log.join("").length
    for (const [name, status] of [
      ["forgotten", 401],
      ["broken", 500],
    ] as const) {
      const { fetch: ask } = await worker.miniflare.getWorker(name)
      for (const token of ["acme-secret", "undefined", "null"]) {
        const answer = await ask(`http://files.example/api/files/${keyOf("x")}`, {
          headers: { Authorization: `Bearer ${token}` },
        })
        assert.equal(answer.status, status, name)
        assert.doesNotMatch(await answer.text(), /secret/)
      }
      const opened = await ask("http://files.example/sync?storeId=acme&transport=ws", {
        headers: { Upgrade: "websocket" },
      }).catch(() => undefined)
      assert.equal(opened?.webSocket ?? null, null)
    }
    const written = () => worker.log.join("").slice(earlier)
    await until(() => written().includes("FILESYNC_TOKENS is not JSON"))
    assert.match(written(), /FILESYNC_TOKENS is not JSON/)
    assert.doesNotMatch(written(), /acme-secret/)
  })

  it("lets every listed origin in, however the list is written", async () => {
    for (const [origin, allowed] of [
      ["https://one.example", "https://one.example"],
      ["https://two.example", "https://two.example"],
      ["https://three.example", null],
    ] as const) {
      const answer = await worker.miniflare.dispatchFetch("http://files.example/api/health", {
        headers: { Origin: origin },
      })
      assert.equal(answer.headers.get("Access-Control-Allow-Origin"), allowed)
    }
  })

  it("takes no more files in a batch than its calls to the bucket are enough for", async () => {
    const body = someBytes(1)
    const ask = async (count: number): Promise<number> => {
      const file = { key: keyOf(body), sizeBytes: 1, contentHash: hashOf(body) }
      const index = new TextEncoder().encode(
        `${JSON.stringify({ files: Array.from({ length: count }, () => file) })}\n`,
      )
      const sent = new Uint8Array(index.byteLength + count).fill(body[0] ?? 0)
      sent.set(index)
      const headers = { Authorization: "Bearer acme-secret", "Content-Length": String(sent.byteLength) }
      return (await send("/api/batch", { method: "POST", body: sent, headers })).status
    }
    assert.equal(await ask(160), 200)
    assert.equal(await ask(161), 413)
  })

  it("is asked before the assets for each of its paths, in the example and in the guide", async () => {
    for (const file of ["server/wrangler.toml", "docs/guides/backend-cloudflare.md"]) {
      const lists = [...readFileSync(file, "utf8").matchAll(/run_worker_first = (\[.*\])/g)].map(
        ([, list]) => list,
      )
      assert.ok(lists.length > 0, file)
      for (const list of lists) {
        assert.deepEqual(JSON.parse(list ?? "").toSorted(), ["/api/*", "/garbage", "/sync"], file)
      }
    }
  })

  it("writes one line for each request, and no secret into any of them", async () => {
    // A request's line may come after its answer: those of earlier tests are all there when that of a last one is.
    const last = keyOf("last-of-the-earlier")
    await send(`/api/files/${last}`, { headers: { Authorization: "Bearer acme-secret" } })
    await until(() => worker.log.join("").includes(last))
    const earlier = worker.log.join("").lastIndexOf(last)
    const key = keyOf("absent")
    const secrets = ["acme-secret", "wrong-secret", "garbage-secret"]
    for (const token of secrets) {
      const headers = { Authorization: `Bearer ${token}` }
      await send(`/api/files/${key}`, { headers })
      await send(`/api/files/${key}?uploadId=x`, { headers })
      await send(`/api/sign?token=${token}`, { method: "POST", body: "{", headers })
      await send("/garbage", { method: "POST", headers })
    }
    const written = () => worker.log.join("").slice(earlier)
    const requestLines = () =>
      written()
        .split("\n")
        .filter((line) => /^\{"time".*\}$/.test(line))
    await until(() => requestLines().length >= 9)
    const requests = requestLines().map((line) => JSON.parse(line) as Record<string, unknown>)
    assert.equal(requests.length, 9)
    assert.deepEqual(
      requests.slice(0, 2).map(({ operation, status, key: logged }) => ({ operation, status, logged })),
      [
        { operation: "get", status: 404, logged: key },
        { operation: "list-parts", status: 404, logged: key },
      ],
    )
    for (const secret of secrets) assert.ok(!written().includes(secret), secret)
  })
})

const eventOf = (seqNum: number, name: string, file: object) => ({
  name,
  args: { files: [file] },
  seqNum,
  parentSeqNum: seqNum - 1,
  clientId: "client",
  sessionId: "session",
})

/** A call to LiveStore's sync backend, by the words of its own protocol. */
const rpc = (tag: string, payload: object): string =>
  JSON.stringify({ _tag: "Request", id: "1", tag, payload, headers: [] })
