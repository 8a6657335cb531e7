import { httpAdapter } from "../../../src/services/remote-file-storage/adapters/http.js"
import { describeForeignWorld } from "../../../src/testing/foreign-world.js"
import { becomeOn, type Line, lineTo, startAt } from "./stores/line.js"
import { makeTokens } from "./stores/tokens.js"

describe("answers that are not a disk's behind Node", function () {
  this.timeout(90_000)
  let url: string
  let line: Line
  before(async () => {
    ;({ url } = await startAt<{ url: string }>("/__store/disk"))
    line = await lineTo(url)
  })

  describeForeignWorld("httpAdapter", () => {
    const { getToken, countRefreshes } = makeTokens()
    const options = { multipart: { minPartBytes: 65_536 } }
    return {
      adapter: httpAdapter({ baseUrl: `${line.url}/api`, getToken, ...options }),
      direct: httpAdapter({ baseUrl: `${url}/api`, ...options }),
      become: async (fault) => fault !== "clock-skew" && becomeOn(line)(fault),
      countRefreshes,
    }
  })
})
