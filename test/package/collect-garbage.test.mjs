import assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { after, before, describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { Worker } from "node:worker_threads"
import { startLocalBackend } from "../../server/local-backend.mjs"
import { temporaryFolder } from "../support/started-app.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const { diskStorage } = await import(join(root, "dist/server/node.js"))

const dayMs = 24 * 3600 * 1000
const hashOf = (content) => createHash("sha256").update(content).digest("hex")

const program = join(root, "bin/livestore-filesync.mjs")

/** A sweep waits 45 s before it deletes, for uploads that began before it said so. There are none here. */
const withoutWait = `data:text/javascript,${encodeURIComponent(`
  const start = globalThis.setTimeout
  globalThis.setTimeout = (run, ms, ...rest) => start(run, ms === 45_000 ? 0 : ms, ...rest)
`)}`
const execArgv = ["--import", withoutWait]

/** Runs the command as people and cron do: a whole process, with its exit code and both outputs. */
const runProcess = (args, { env = {}, input = "" } = {}) => {
  const child = spawn(process.execPath, [...execArgv, program, "collect-garbage", ...args], {
    env: { PATH: process.env.PATH, ...env },
  })
  child.stdin.end(input)
  return outcomeOf(child, "close")
}

/** The same program in a thread, which starts several times faster; it has no stdin. */
const run = (args, { env = {} } = {}) =>
  outcomeOf(
    new Worker(program, {
      argv: ["collect-garbage", ...args],
      execArgv,
      env,
      stdout: true,
      stderr: true,
    }),
    "exit",
  )

const outcomeOf = async (runner, ending) => {
  const texts = [runner.stdout, runner.stderr].map((stream) => text(stream))
  const [status] = await once(runner, ending)
  const [stdout, stderr] = await Promise.all(texts)
  return { status, stdout, stderr }
}

const report = async (args, options, runIt = run) => {
  const { stdout, stderr } = await runIt([...args, "--json"], options)
  assert.notEqual(stdout, "", stderr)
  return JSON.parse(stdout)
}

const write = async (storage, key, content) => {
  const bytes = new TextEncoder().encode(content)
  const facts = {
    sizeBytes: bytes.length,
    contentHash: undefined,
    mimeType: "text/plain",
    onlyIfAbsent: false,
  }
  await storage.write(key, bytes, facts)
}

/** A store with one object that nothing refers to since long ago, and one that is in use. */
const makeStore = async (folder) => {
  const storage = diskStorage(folder)
  const [kept, lost] = [`acme/${hashOf("kept")}`, `acme/${hashOf("lost")}`]
  await write(storage, kept, "kept")
  await write(storage, lost, "lost")
  // What a run 31 days ago left behind.
  const since = Date.now() - 31 * dayMs
  const objects = join(folder, "objects")
  for (const name of readdirSync(objects, { recursive: true })) {
    utimesSync(join(objects, name), since / 1000, since / 1000)
  }
  await write(storage, ".filesync/garbage/all", JSON.stringify({ since: { [lost]: since } }))
  return { storage, kept, lost }
}

const call = async (url, method, payload) => {
  const answer = await fetch(`${url}/sync?storeId=acme&transport=http`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      _tag: "Request",
      id: "1",
      tag: `SyncHttpRpc.${method}`,
      payload: { storeId: "acme", ...payload },
      headers: [],
    }),
  })
  return answer.text()
}

const created = (contentHash) => ({
  name: "v1.FileCreated",
  args: { files: [{ id: "a", contentHash }] },
  seqNum: 1,
  parentSeqNum: 0,
  clientId: "client",
  sessionId: "session",
})

describe("livestore-filesync collect-garbage", () => {
  const place = temporaryFolder("collect-garbage")
  const references = join(place.path, "references.json")
  let backend
  before(async () => {
    backend = await startLocalBackend({ variables: { FILESYNC_GARBAGE_TOKEN: "secret" } })
    const pushed = await call(backend.url, "Push", {
      batch: [created(hashOf("kept"))],
      backendId: { _tag: "None" },
    })
    assert.match(pushed, /"Success"/)
    writeFileSync(references, JSON.stringify({ acme: [hashOf("kept")] }))
  })
  after(async () => {
    await backend.stop()
    place.remove()
  })

  it("lists what it would delete from a folder, then deletes it with `--delete`", async () => {
    const folder = join(place.path, "by-file")
    const { storage, kept, lost } = await makeStore(folder)
    const args = ["--folder", folder, "--references", references]
    const dry = await runProcess([...args, "--dry-run"])
    assert.equal(dry.status, 0, dry.stderr)
    assert.match(dry.stdout, /^Dry run: nothing was deleted\.$/m)
    assert.match(dry.stdout, /^would delete +1 \(4 bytes\)$/m)
    assert.ok(dry.stdout.includes(lost))
    assert.ok((await storage.head(lost)) !== undefined)
    assert.deepEqual((await report([...args, "--delete"])).deleted, [lost])
    assert.equal(await storage.head(lost), undefined)
    assert.ok((await storage.head(kept)) !== undefined)
  })

  it("waits for as long as its option says", async () => {
    const folder = join(place.path, "grace")
    const { lost } = await makeStore(folder)
    const args = ["--folder", folder, "--references", references]
    assert.deepEqual((await report([...args, "--grace", "32d"])).deleted, [])
    assert.deepEqual((await report([...args, "--grace", "740h"])).deleted, [lost])
  })

  it("asks LiveStore's sync backend what is in use", async () => {
    const folder = join(place.path, "by-sync")
    const { storage, kept, lost } = await makeStore(folder)
    await write(storage, `elsewhere/${hashOf("kept")}`, "kept")
    const args = ["--folder", folder, "--sync", `${backend.url}/sync`, "--delete"]
    const { deleted, referenced, unknownFolders } = await report(args)
    assert.deepEqual(
      { deleted, referenced, unknownFolders },
      {
        deleted: [lost],
        referenced: 1,
        unknownFolders: ["elsewhere"],
      },
    )
    assert.ok((await storage.head(kept)) !== undefined)
  })

  it("keeps everything and ends with 1 when the sync backend gives nothing", async () => {
    const folder = join(place.path, "no-sync")
    const { storage, lost } = await makeStore(folder)
    for (const url of [`${backend.url}/nothing`, `${backend.url}/api/health`]) {
      const { status, stderr, stdout } = await run(["--folder", folder, "--sync", url, "--delete"])
      assert.equal(status, 1)
      assert.match(
        stderr,
        /^acme keeps everything: the sync backend answered|^acme keeps everything: what answers/,
      )
      assert.match(stdout, /keeps all +acme/)
      assert.ok((await storage.head(lost)) !== undefined)
    }
  })

  it("sends what a sync backend asks for", async () => {
    const seen = []
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url, "http://localhost")
      seen.push([request.headers.authorization, decodeURIComponent(searchParams.get("payload"))])
      response.end("[]")
    })
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
    try {
      const folder = join(place.path, "asks")
      await makeStore(folder)
      const url = `ws://127.0.0.1:${server.address().port}/sync`
      const env = { FILESYNC_SYNC_PAYLOAD: '{"authToken":"ä&="}', FILESYNC_SYNC_TOKEN: "token" }
      assert.equal((await run(["--folder", folder, "--sync", url], { env })).status, 1)
      assert.deepEqual(seen, [["Bearer token", '{"authToken":"ä&="}']])
    } finally {
      server.close()
    }
  })

  it("has a deployed backend do it", async () => {
    const env = { FILESYNC_GARBAGE_TOKEN: "secret" }
    const args = ["--backend", `${backend.url}/garbage`]
    assert.equal((await report(args, { env })).dryRun, true)
    assert.equal((await report([...args, "--delete"], { env })).dryRun, false)
    const refused = await run(args, { env: { FILESYNC_GARBAGE_TOKEN: "guess" } })
    assert.equal(refused.status, 1)
    assert.match(refused.stderr, /does not take this FILESYNC_GARBAGE_TOKEN/)
    assert.doesNotMatch(refused.stderr, /guess/)
    const elsewhere = await run(["--backend", `${backend.url}/api/health`], { env })
    assert.match(elsewhere.stderr, /is it the address of \/garbage/)
  })

  it("takes the references from stdin", async () => {
    const folder = join(place.path, "stdin")
    const { lost } = await makeStore(folder)
    const input = JSON.stringify({ acme: [hashOf("kept")] })
    const { deleted } = await report(["--folder", folder, "--references", "-"], { input }, runProcess)
    assert.deepEqual(deleted, [lost])
  })

  it("explains itself, and what is wrong in one line", async () => {
    const wrong = await runProcess(["--nonsense"])
    assert.equal(wrong.status, 1)
    assert.match(wrong.stderr, /nonsense/)
    assert.match((await run(["--help"])).stdout, /^livestore-filesync collect-garbage STORE REFERENCES/)
    const nowhere = join(place.path, "nowhere")
    const folder = join(place.path, "errors")
    await makeStore(folder)
    const here = ["--folder", folder]
    const table = [
      [[], /Name one store/],
      [[...here, "--s3", "--references", references], /Name one store/],
      [["--folder", nowhere, "--references", references], /not a folder that diskStorage serves/],
      [here, /Name where the references are/],
      [[...here, "--references", nowhere], /cannot be read/],
      [[...here, "--references", join(root, "README.md")], /is not JSON/],
      [[...here, "--references", join(root, "package.json")], /is not of the form/],
      [[...here, "--references", references, "--grace", "1h"], /at least 2h/],
      [[...here, "--references", references, "--grace", "soon"], /not a time/],
      [[...here, "--references", references, "--dry-run", "--delete"], /not both/],
      [[...here, "--sync", "localhost"], /not an address/],
      [["--s3", "--references", references], /S3_ENDPOINT, S3_BUCKET, AWS_ACCESS_KEY_ID, AWS_SECRET/],
      [["--backend", "https://app.example/garbage"], /FILESYNC_GARBAGE_TOKEN in the environment/],
      [["--backend", "https://app.example/garbage", "--grace", "9d"], /--grace has no effect/],
      [["--nonsense"], /nonsense/],
    ]
    const answers = await Promise.all(table.map(([args]) => run(args)))
    for (const [index, { status, stdout, stderr }] of answers.entries()) {
      const [args, expected] = table[index]
      assert.equal(status, 1, args.join(" "))
      assert.equal(stdout, "", args.join(" "))
      assert.match(stderr.split("\n", 1)[0], expected, args.join(" "))
    }
    assert.ok(!existsSync(nowhere), "no folder is made by a mistake")
  })
})
