import { httpAdapter } from "../../../src/services/remote-file-storage/adapters/http.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"
import { faultsOf, lineTo, startAt } from "./stores/line.js"

describe("a disk behind Node", function () {
  this.timeout(60_000)
  let url: string
  before(async () => {
    ;({ url } = await startAt<{ url: string }>("/__store/disk"))
  })

  describeAdapter("httpAdapter", async () => {
    const line = await lineTo(url)
    const options = { baseUrl: `${line.url}/api` }
    return { adapter: httpAdapter(options), afterRestart: httpAdapter(options), faults: faultsOf(line) }
  })
})
