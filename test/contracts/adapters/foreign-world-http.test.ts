import { httpAdapter } from "../../../src/services/remote-file-storage/adapters/http.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, lineTo, startAt } from "./stores/line.js"
import { makeTokens } from "./stores/tokens.js"
import { poolOf } from "./stores/worlds.js"

describe("answers that are not a disk's behind Node", () => {
  const store = startAt<{ url: string }>("/__store/disk")
  const { take, giveBack } = poolOf(async () => lineTo((await store).url))

  describeForeignWorld(
    "httpAdapter",
    async () => {
      const line = await take()
      const { getToken, countRefreshes } = makeTokens()
      const options = { baseUrl: `${line.url}/api`, getToken, multipart: { minPartBytes: 65_536 } }
      return {
        adapter: httpAdapter(options),
        impatient: httpAdapter({ ...options, stallTimeoutMs: 1000 }),
        direct: httpAdapter({ ...options, baseUrl: `${(await store).url}/api` }),
        become: async (fault) => fault !== "clock-skew" && becomeOn(line)(fault),
        countRefreshes,
        cleanup: async () => giveBack(line),
      }
    },
    { atOnce: 4 },
  )
})
