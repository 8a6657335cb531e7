import { cloudflareAdapter } from "../../../src/services/remote-file-storage/adapters/cloudflare.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, type Line, lineTo, startAt } from "./stores/line.js"
import { makeTokens } from "./stores/tokens.js"

describe("answers that are not R2's behind our Worker", function () {
  this.timeout(90_000)
  let url: string
  let line: Line
  before(async () => {
    ;({ url } = await startAt<{ url: string }>("/__backend"))
    line = await lineTo(url)
  })

  describeForeignWorld("cloudflareAdapter", () => {
    const { getToken, countRefreshes } = makeTokens()
    const maxBodyBytes = 1_000_000
    return {
      adapter: cloudflareAdapter({ baseUrl: `${line.url}/api`, getToken, maxBodyBytes }),
      direct: cloudflareAdapter({ baseUrl: `${url}/api` }),
      become: async (fault) => fault !== "clock-skew" && becomeOn(line)(fault),
      countRefreshes,
    }
  })
})
