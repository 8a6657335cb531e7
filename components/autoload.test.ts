import { expect } from "@esm-bundle/chai"
import { autoloadElements } from "./autoload.js"
import { clearFixtures, fixture } from "./test-support/fixture.js"

describe("autoloadElements", () => {
  afterEach(clearFixtures)

  it("registers what the page has, what comes later, and nothing else", async () => {
    const stage = await fixture<HTMLElement>("<div><filesync-status></filesync-status></div>")
    const stop = autoloadElements()
    await customElements.whenDefined("filesync-status")
    expect(customElements.get("filesync-upload")).to.equal(undefined)
    stage.append(document.createElement("filesync-upload"))
    await customElements.whenDefined("filesync-upload")
    expect(customElements.get("filesync-list")).to.equal(undefined)
    stop()
  })
})
