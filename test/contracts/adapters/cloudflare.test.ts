import { expect } from "@esm-bundle/chai"
import { cloudflareAdapter } from "../../../src/services/remote-file-storage/adapters/cloudflare.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"
import { makeContent } from "../../../src/testing/adapter-conformance/content.js"
import { failsWith } from "../../../src/testing/adapter-conformance/expect.js"
import { makeSubject, readAll } from "../../../src/testing/adapter-conformance/subject.js"
import { faultsOf, type Line, lineTo, startAt } from "./stores/line.js"

describe("cloudflareAdapter (R2 in workerd)", () => {
  const maxBodyBytes = 1_000_000
  let line: Line
  before(async () => {
    const { url } = await startAt<{ url: string }>("/__backend")
    line = await lineTo(url)
  })
  describeAdapter("cloudflareAdapter", async () => {
    const { url } = await startAt<{ url: string }>("/__backend")
    const ownLine = await lineTo(url)
    const options = { baseUrl: `${ownLine.url}/api`, maxBodyBytes }
    return {
      adapter: cloudflareAdapter(options),
      afterRestart: cloudflareAdapter(options),
      faults: faultsOf(ownLine),
    }
  })

  const subject = () =>
    makeSubject({ adapter: cloudflareAdapter({ baseUrl: `${line.url}/api`, maxBodyBytes }) })

  it("sends no body larger than the domain takes, and says so for parts and batches", async () => {
    const { adapter } = subject()
    expect(adapter.name).equal("cloudflare")
    expect(adapter.multipart?.maxPartBytes).equal(maxBodyBytes)
    expect(adapter.multipart?.maxParts).equal(900)
    expect(adapter.batch?.maxFiles).equal(160)
    expect(adapter.batch?.maxTotalBytes).equal(maxBodyBytes / 2)
  })

  it("sends a larger file as parts by itself", async () => {
    const content = await makeContent(2_500_000)
    const reported: Array<number> = []
    const before = (await line.report()).requests.length
    await subject().upload(content, { onProgress: (loaded) => reported.push(loaded) })
    const { requests } = await line.report()
    const parts = requests.slice(before).filter(({ method }) => method === "PUT")
    expect(parts.map(({ url }) => new URLSearchParams(url.split("?")[1]).get("partNumber"))).deep.equal([
      "1",
      "2",
      "3",
    ])
    expect(reported.at(-1)).equal(content.bytes.length)
    expect(reported.every((loaded, at) => loaded >= (reported[at - 1] ?? 0))).equal(true)
    expect(await readAll((await subject().download(content)).body)).deep.equal(content.bytes)
    const again = (await line.report()).requests.length
    await subject().upload(content)
    expect((await line.report()).requests.length - again, "one question, nothing sent").equal(1)
  })

  it("leaves no parts behind when such an upload fails", async () => {
    const [content, other] = await Promise.all([makeContent(2_500_000), makeContent(2_500_000)])
    const before = (await line.report()).requests.length
    await failsWith(subject().upload(content, { body: other.body }), "IntegrityMismatch")
    const last = (await line.report()).requests.slice(before).at(-1)
    expect(last?.method).equal("DELETE")
  })

  it("sends a smaller file at once", async () => {
    const before = (await line.report()).requests.length
    await subject().upload(await makeContent(1000))
    const { requests } = await line.report()
    expect(requests.slice(before).map(({ method }) => method)).deep.equal(["PUT"])
  })
})
