import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { after, before, describe, it } from "node:test"
import path from "node:path"
import { setImmediate as turn } from "node:timers/promises"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { hashOf, keyOf, someBytes } from "./test/client.js"

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
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    modules: [{ type: "ESModule", path: "worker.mjs", contents: result.outputFiles[0]?.text ?? "" }],
    compatibilityDate: "2025-05-07",
    compatibilityFlags: ["enable_request_signal", "nodejs_compat"],
    durableObjects: { SYNC: { className: "SyncBackendDO", useSQLite: true } },
    r2Buckets: ["FILES"],
    bindings: {
      FILESYNC_LOG: "true",
      FILESYNC_GARBAGE: "dry-run",
      FILESYNC_ALLOW_ORIGINS: "https://one.example, https://two.example",
      FILESYNC_GARBAGE_TOKEN: "garbage-secret",
      FILESYNC_TOKENS: JSON.stringify([
        { token: "acme-secret", decision: { kind: "prefixes", prefixes: ["acme"] } },
      ]),
    },
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

  it("collects garbage when its cron says so, by LiveStore's own log", async () => {
    const [kept, lost] = [someBytes(10), someBytes(20)]
    for (const body of [kept, lost]) {
      const headers = { Authorization: "Bearer acme-secret", "Content-Length": String(body.byteLength) }
      assert.equal((await send(`/api/files/${keyOf(body)}`, { method: "PUT", body, headers })).status, 201)
    }
    const event = {
      name: "v1.FileCreated",
      args: { files: [{ id: "a", contentHash: hashOf(kept) }] },
      seqNum: 1,
      parentSeqNum: 0,
      clientId: "client",
      sessionId: "session",
    }
    const payload = encodeURIComponent(JSON.stringify({ token: "acme-secret" }))
    const pushed = await send(`/sync?storeId=acme&transport=http&payload=${payload}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        _tag: "Request",
        id: "1",
        tag: "SyncHttpRpc.Push",
        payload: { storeId: "acme", batch: [event], backendId: { _tag: "None" } },
        headers: [],
      }),
    })
    assert.match(pushed.text, /"Success"/)

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
      const query = new URLSearchParams({ storeId, transport: "http" })
      if (sent.token !== undefined)
        query.set("payload", encodeURIComponent(JSON.stringify({ token: sent.token })))
      const pull = { storeId, live: false, cursor: { _tag: "None" } }
      const { status } = await send(`/sync?${query}`, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          ...(sent.header === undefined ? {} : { Authorization: `Bearer ${sent.header}` }),
        },
        body: JSON.stringify({
          _tag: "Request",
          id: "1",
          tag: "SyncHttpRpc.Pull",
          payload: pull,
          headers: [],
        }),
      })
      return status
    }
    assert.equal(await push("acme", {}), 401)
    assert.equal(await push("acme", { token: "wrong-secret" }), 401)
    assert.equal(await push("acme", { token: "acme-secret" }), 200)
    assert.equal(await push("acme", { header: "acme-secret" }), 200)
    assert.equal(await push("acme2", { token: "acme-secret" }), 403)
    assert.equal(await push("../acme", { token: "acme-secret" }), 403)
    const socket = { headers: { Upgrade: "websocket" } }
    assert.equal((await send("/sync?storeId=acme&transport=ws", socket)).status, 401)
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
    const earlier = worker.log.join("").length
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
