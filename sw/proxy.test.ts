import { expect } from "@esm-bundle/chai"
import { proxy } from "./proxy.js"

const contentHash = "a".repeat(64)

/** A player's request for a part that lies ahead of the download. */
const part = {
  request: new Request("/video", { headers: { Range: "bytes=100-199" } }),
  storeFolder: "acme",
  contentHash,
  etag: `"${contentHash}"`,
  isHead: false,
  range: "bytes=100-199",
  forPlayer: true,
  hints: { mimeType: "video/mp4", name: "video.mp4" },
}

const configuration = {
  storeFolder: "acme",
  source: { baseUrl: `${location.origin}/api`, credentials: "same-origin", headers: {} },
} as const

describe("a range that is proxied to a player", () => {
  const platformFetch = globalThis.fetch
  let isCancelled = false
  beforeEach(() => {
    isCancelled = false
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new Uint8Array(50)),
      cancel: () => {
        isCancelled = true
      },
    })
    const headers = { "Content-Range": "bytes 100-199/1000", "Content-Length": "100" }
    globalThis.fetch = async () => new Response(body, { status: 206, headers })
  })
  afterEach(() => {
    globalThis.fetch = platformFetch
  })

  it("breaks off when the whole turns out to be wrong", async () => {
    let judge: (isRight: boolean) => void = () => undefined
    const isRight = new Promise<boolean>((resolve) => {
      judge = resolve
    })
    const answer = await proxy(configuration, part, { idleTimeoutMs: 60_000, isRight })
    expect(answer?.status).to.equal(206)
    const reader = answer?.body?.getReader()
    expect((await reader?.read())?.value?.byteLength).to.equal(50)
    const rest = reader?.read()
    judge(false)
    const failure = await rest?.catch((error: unknown) => error)
    expect(String(failure)).to.contain("wrong")
    expect(isCancelled).to.equal(true)
  })

  it("goes on when the whole is right", async () => {
    const options = { idleTimeoutMs: 60_000, isRight: Promise.resolve(true) }
    const answer = await proxy(configuration, part, options)
    const reader = answer?.body?.getReader()
    expect((await reader?.read())?.value?.byteLength).to.equal(50)
    await reader?.cancel()
  })

  it("ends when nothing comes any more", async () => {
    const isRight = new Promise<never>(() => undefined)
    const answer = await proxy(configuration, part, { idleTimeoutMs: 50, isRight })
    const reader = answer?.body?.getReader()
    expect((await reader?.read())?.value?.byteLength).to.equal(50)
    const failure = await reader?.read().catch((error: unknown) => error)
    expect(String(failure)).to.contain("Nothing came")
    expect(isCancelled).to.equal(true)
  })
})
