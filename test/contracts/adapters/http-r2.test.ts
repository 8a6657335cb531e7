import { httpAdapter } from "../../../src/services/remote-file-storage/adapters/http.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"
import { faultsOf, lineTo, startAt } from "./stores/line.js"

describe("R2 in workerd", () => {
  let url: string
  before(async () => {
    ;({ url } = await startAt<{ url: string }>("/__backend"))
  })

  describeAdapter("httpAdapter", async () => {
    const line = await lineTo(url)
    // What our server takes; S3's 5 MiB would only make it slower.
    const options = { baseUrl: `${line.url}/api`, multipart: { minPartBytes: 65_536 } }
    return { adapter: httpAdapter(options), afterRestart: httpAdapter(options), faults: faultsOf(line) }
  })
})
