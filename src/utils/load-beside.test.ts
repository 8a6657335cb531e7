import { expect } from "@esm-bundle/chai"
import { loadBeside } from "./load-beside.js"

describe("loadBeside", () => {
  it("loads once, and has it then without waiting", async () => {
    let asked = 0
    const load = loadBeside(async () => ({ number: ++asked }))
    expect(load.loaded).to.equal(undefined)
    await Promise.all([load(), load()])
    expect(load.loaded).to.deep.equal({ number: 1 })
    expect(await load()).to.equal(load.loaded)
  })

  it("asks again for what could not be loaded", async () => {
    let asked = 0
    const load = loadBeside(async () => {
      if (++asked === 1) throw new TypeError("Failed to fetch")
      return asked
    })
    const failure = await load().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(TypeError)
    expect(load.loaded).to.equal(undefined)
    expect(await load()).to.equal(2)
  })
})
