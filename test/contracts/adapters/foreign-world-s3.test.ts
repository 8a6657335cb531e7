import { s3Adapter } from "../../../src/services/remote-file-storage/adapters/s3.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, type Line, lineAt, lineTo, startAt } from "./stores/line.js"

interface S3Store {
  readonly url: string
  readonly storeLineUrl: string
  readonly minPartBytes: number
  readonly missing?: string
}

for (const isDirect of [false, true]) {
  describe(`answers that are not ${isDirect ? "the S3 store's that checks hashes" : "the S3 store's"}`, function () {
    this.timeout(90_000)
    let store: S3Store
    let lines: ReadonlyArray<Line>
    before(async function () {
      store = await startAt<S3Store>(`/__store/s3${isDirect ? "?direct" : ""}`)
      // The test server prints why.
      if (store.missing !== undefined) this.skip()
      lines = [await lineTo(store.url), lineAt(store.storeLineUrl)]
    })

    describeForeignWorld("s3Adapter", () => {
      const options = { multipart: { minPartBytes: store.minPartBytes } }
      return {
        adapter: s3Adapter({ baseUrl: `${lines[0]?.url}/api`, ...options }),
        // The store's line is passed by both; the suite looks only when it is as it should be.
        direct: s3Adapter({ baseUrl: `${store.url}/api`, ...options }),
        become: becomeOn(...lines),
      }
    })
  })
}
