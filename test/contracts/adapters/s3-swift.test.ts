import { s3Adapter } from "../../../src/services/remote-file-storage/adapters/s3.js"
import { describeAdapter } from "../../../src/testing/adapter-conformance.js"
import { faultsOf, lineAt, lineTo, startAt } from "./stores/line.js"

interface S3Store {
  readonly url: string
  readonly storeLineUrl: string
  readonly minPartBytes: number
  readonly missing?: string
}

describe("S3 (OpenStack Swift)", () => {
  let store: S3Store
  before(async function () {
    store = await startAt<S3Store>("/__store/s3?server=swift")
    // The test server prints why.
    if (store.missing !== undefined) this.skip()
  })

  describeAdapter("s3Adapter", async () => {
    const serverLine = await lineTo(store.url)
    const storeLine = lineAt(store.storeLineUrl)
    await storeLine.set({ bytesPerSecond: null, cutAfterBytes: null, answer: null, drop: false, hang: false })
    const options = {
      baseUrl: `${serverLine.url}/api`,
      multipart: { minPartBytes: store.minPartBytes },
    }
    return {
      adapter: s3Adapter(options),
      afterRestart: s3Adapter(options),
      faults: faultsOf(serverLine, storeLine),
    }
  })
})
