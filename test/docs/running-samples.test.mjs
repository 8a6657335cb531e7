import assert from "node:assert/strict"
import { spawn, spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { dirname, join } from "node:path"
import { after, before, describe, it } from "node:test"
import { build } from "esbuild"
import { Miniflare } from "miniflare"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { staticFiles } from "../../scripts/static-files.mjs"
import { openDevice } from "../support/device.mjs"
import { makeFile, noisePng } from "../support/made-files.mjs"
import { temporaryFolder } from "../support/started-app.mjs"
import { samples, samplesFolder, writeSamples } from "./samples.mjs"

const testTimeoutMs = 180_000
const quickStart = samples().filter(({ page }) => page === "docs/guides/quick-start.md")
const fileNamed = (name) => quickStart.find((sample) => sample.name === name).text

/** Any web server will do, says the guide. */
const serve = async (folder) => {
  const files = staticFiles({ mounts: [{ prefix: "/", folder }] })
  const server = createServer(async ({ url, method }, response) => {
    const answer = await files(new Request(new URL(url, "http://localhost"), { method }))
    response.writeHead(answer?.status ?? 404, Object.fromEntries(answer?.headers ?? []))
    response.end(answer === undefined ? "" : Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise((done) => server.listen(0, "127.0.0.1", done))
  return {
    url: `http://localhost:${server.address().port}/`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }
}

/** `npx livestore-filesync dev`, as the guide says, on a free port. */
const startDev = (folder) =>
  new Promise((resolve, reject) => {
    const args = [join(projectRoot, "bin/livestore-filesync.mjs"), "dev", "--port", "0", "--data", folder]
    const child = spawn(process.execPath, [...args, "--origin", "*"], {
      stdio: ["ignore", "pipe", "inherit"],
    })
    const ended = new Promise((done) => child.on("close", done))
    let text = ""
    child.stdout.on("data", (chunk) => {
      text += chunk
      const port = /^ready http:\/\/localhost:(\d+)\/$/m.exec(text)?.[1]
      if (port === undefined) return
      resolve({
        port,
        stop: () => {
          child.kill("SIGTERM")
          return ended
        },
      })
    })
    child.on("close", (code) => reject(new Error(`It ended with ${code}: ${text}`)))
  })

describe("the quick start in plain HTML", { timeout: testTimeoutMs }, () => {
  const folder = temporaryFolder("quick-start")
  const closing = [() => folder.remove()]
  let site

  before(async () => {
    const root = join(folder.path, "site")
    mkdirSync(root)
    cpSync(join(projectRoot, "dist/cdn"), join(root, "livestore-filesync"), { recursive: true })
    const ownScript = quickStart.find(({ text }) => text.includes("whenFileSync")).text
    writeFileSync(join(root, "index.html"), fileNamed("index.html").replace("</body>", `${ownScript}</body>`))
    writeFileSync(join(root, "sw.js"), fileNamed("sw.js"))
    site = await serve(root)
    closing.push(site.stop)
  })

  after(async () => {
    for (const close of closing.toReversed()) await close()
  })

  it("shows a photo, and still does after a reload", { timeout: testTimeoutMs }, async () => {
    const device = await openDevice("quick-start", { url: site.url })
    closing.push(() => device.profile.remove(), device.close)
    await device.pick([makeFile(folder.path, "beach.png", "image/png", noisePng(20, 20, 1)).path])
    const picture = device.page.locator("figure filesync-image[state=ready]")
    await picture.waitFor()
    assert.equal(await device.page.locator("figcaption span").textContent(), "beach.png")
    assert.equal(await device.page.title(), "Saved beach.png")
    await device.reload()
    await picture.waitFor()
    assert.equal(await device.page.title(), "1 photos")
    assert.deepEqual(device.problems, [])
  })

  it("shows it in a second browser, once it has the backend", { timeout: testTimeoutMs }, async () => {
    const backend = await startDev(join(folder.path, "data"))
    closing.push(backend.stop)
    const withBackend = quickStart.find(
      ({ text, name }) => name === undefined && text.includes("data-remote"),
    )
    const tag = withBackend.text.replaceAll("4242", backend.port)
    const page = fileNamed("index.html").replace(/<script[\s\S]*?<\/script>/, tag)
    assert.match(page, /data-sync="ws:/)
    writeFileSync(join(folder.path, "site/index.html"), page)
    const [one, two] = await Promise.all(["one", "two"].map((name) => openDevice(name, { url: site.url })))
    closing.push(
      () => one.profile.remove(),
      () => two.profile.remove(),
      one.close,
      two.close,
    )
    await one.pick([makeFile(folder.path, "hill.png", "image/png", noisePng(20, 20, 2)).path])
    await two.page.locator('filesync-image[alt="hill.png"][state=ready]').waitFor()
    assert.deepEqual([...one.problems, ...two.problems], [])
  })
})

describe("the samples about testing", () => {
  before(() => writeSamples())

  for (const name of ["src/notes.test.ts", "src/retry.test.ts"]) {
    it(`in ${name} pass in Node`, async () => {
      const path = join(samplesFolder, "docs-guides-testing", name)
      const outfile = path.replace(/\.ts$/, ".mjs")
      await build({ entryPoints: [path], outfile, format: "esm", logLevel: "error" })
      const { status, stdout } = spawnSync(process.execPath, ["--test", outfile], {
        cwd: dirname(outfile),
        encoding: "utf8",
        // A run inside a run would report to the outer one.
        env: { ...process.env, NODE_TEST_CONTEXT: undefined },
      })
      assert.equal(status, 0, stdout)
      assert.match(stdout, /^# pass 1$|ℹ pass 1$/m)
    })
  }
})

describe("the sample of files beside a Worker of one's own", { timeout: testTimeoutMs }, () => {
  let miniflare
  let address
  before(async () => {
    writeSamples()
    const { outputFiles } = await build({
      entryPoints: [join(samplesFolder, "docs-guides-backend-cloudflare/worker/index.ts")],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2022",
      conditions: ["workerd", "worker", "browser"],
      mainFields: ["browser", "module", "main"],
      external: ["cloudflare:*", "node:*"],
      logLevel: "error",
    })
    miniflare = new Miniflare({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      modules: [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }],
      compatibilityDate: "2025-05-07",
      compatibilityFlags: ["enable_request_signal", "nodejs_compat"],
      durableObjects: { SYNC_BACKEND_DO: { className: "SyncBackendDO", useSQLite: true } },
      r2Buckets: ["FILES"],
      bindings: { USERS: JSON.stringify({ secret: ["my-app"] }) },
      // LiveStore's sync backend writes of every connection, and of those it refuses.
      handleRuntimeStdio: (...streams) => streams.forEach((stream) => stream.resume()),
    })
    address = await miniflare.ready
  })
  after(() => miniflare?.dispose())

  const put = async (store, token) => {
    const bytes = Buffer.from("bytes")
    const digest = createHash("sha256").update(bytes)
    const hash = digest.copy().digest("hex")
    const { status } = await fetch(new URL(`api/files/${store}/${hash}`, address), {
      method: "PUT",
      body: bytes,
      headers: {
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
        "Content-Digest": `sha-256=:${digest.digest("base64")}:`,
        "If-None-Match": "*",
      },
    })
    return status
  }
  const connect = async (storeId, authToken) => {
    const payload = encodeURIComponent(JSON.stringify({ authToken }))
    const query = new URLSearchParams({ storeId, transport: "ws", payload })
    const { status, webSocket } = await miniflare.dispatchFetch(`http://app.example/sync?${query}`, {
      headers: { Upgrade: "websocket" },
    })
    webSocket?.accept()
    webSocket?.close()
    return status
  }

  it("takes files and records of the store that the token is for, and of no other", async () => {
    assert.equal(await put("my-app", "secret"), 201)
    assert.equal(await put("my-app"), 401)
    assert.equal(await put("another", "secret"), 403)
    assert.equal(await connect("my-app", "secret"), 101)
    assert.notEqual(await connect("another", "secret"), 101)
    assert.notEqual(await connect("my-app", "wrong"), 101)
  })
})
