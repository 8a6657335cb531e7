import { s3Adapter } from "../../../src/services/remote-file-storage/adapters/s3.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, lineAt, lineTo, startAt } from "./stores/line.js"
import { makeTokens } from "./stores/tokens.js"
import { poolOf } from "./stores/worlds.js"

interface S3Store {
  readonly url: string
  readonly storeLineUrl: string
  readonly minPartBytes: number
  readonly missing?: string
}

const startWorld = async (path: string) => {
  const store = await startAt<S3Store>(path)
  return { store, lines: [await lineTo(store.url), lineAt(store.storeLineUrl)] as const }
}

/** Batches pass our server alike, wherever the bytes of other uploads go. */
const everySize = (isDirect: boolean) =>
  isDirect ? (["single", "parts"] as const) : (["batch", "single", "parts"] as const)

for (const isDirect of [false, true]) {
  const path = `/__store/s3${isDirect ? "?direct" : ""}`
  describe(`answers that are not ${isDirect ? "the S3 store's that checks hashes" : "the S3 store's"}`, function () {
    this.timeout(120_000)
    const { take, giveBack } = poolOf(() => startWorld(path))
    before(async function () {
      const { missing } = await startAt<S3Store>(path)
      // The test server prints why.
      if (missing !== undefined) this.skip()
    })

    describeForeignWorld(
      "s3Adapter",
      async () => {
        const world = await take()
        const { store, lines } = world
        const { getToken, countRefreshes } = makeTokens()
        const options = {
          baseUrl: `${lines[0].url}/api`,
          getToken,
          multipart: { minPartBytes: store.minPartBytes },
        }
        return {
          adapter: s3Adapter(options),
          impatient: s3Adapter({ ...options, stallTimeoutMs: 1000 }),
          // Requests of both pass the store's proxy; the suite looks only when it behaves normally.
          direct: s3Adapter({ ...options, baseUrl: `${store.url}/api` }),
          become: becomeOn(...lines),
          countRefreshes,
          cleanup: async () => giveBack(world),
        }
      },
      {
        atOnce: 4,
        sizes: process.env.FILESYNC_LONG ? everySize(isDirect) : ([isDirect ? "single" : "parts"] as const),
      },
    )
  })
}
