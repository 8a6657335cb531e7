import { cloudflareAdapter } from "../../../src/services/remote-file-storage/adapters/cloudflare.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, lineTo, startAt } from "./stores/line.js"
import { makeTokens } from "./stores/tokens.js"
import { poolOf } from "./stores/worlds.js"

describe("answers that are not R2's behind our Worker", () => {
  const store = startAt<{ url: string }>("/__backend")
  const { take, giveBack } = poolOf(async () => lineTo((await store).url))

  describeForeignWorld(
    "cloudflareAdapter",
    async () => {
      const line = await take()
      const { getToken, countRefreshes } = makeTokens()
      const options = { baseUrl: `${line.url}/api`, getToken, maxBodyBytes: 1_000_000 }
      return {
        adapter: cloudflareAdapter(options),
        impatient: cloudflareAdapter({ ...options, stallTimeoutMs: 1000 }),
        direct: cloudflareAdapter({ ...options, baseUrl: `${(await store).url}/api` }),
        become: async (fault) => fault !== "clock-skew" && becomeOn(line)(fault),
        countRefreshes,
        cleanup: async () => giveBack(line),
      }
    },
    { atOnce: 4 },
  )
})
