import { expect } from "@esm-bundle/chai"
import { httpAdapter } from "./http.js"

describe("httpAdapter without an address", () => {
  it("says so at once", () => {
    expect(() => httpAdapter({} as never)).to.throw("`baseUrl`")
  })
})
