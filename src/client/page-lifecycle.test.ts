import { expect } from "@esm-bundle/chai"
import { followPageLifecycle } from "./page-lifecycle.js"

describe("a page's lifecycle", () => {
  let asked: string[]
  let stopFollowing: () => void
  const ask = (what: string) => async () => void asked.push(what)
  beforeEach(() => {
    asked = []
    stopFollowing = followPageLifecycle({
      start: ask("start"),
      stop: ask("stop"),
      probe: ask("probe"),
      claim: ask("claim"),
    })
  })
  afterEach(() => stopFollowing())

  const page = (type: "pagehide" | "pageshow", persisted: boolean) =>
    window.dispatchEvent(new PageTransitionEvent(type, { persisted }))
  const fire = (type: "freeze" | "resume" | "visibilitychange") => document.dispatchEvent(new Event(type))

  it("lets another tab transfer while the page is in the back/forward cache, and takes part again after", () => {
    page("pagehide", true)
    expect(asked).to.deep.equal(["stop"])
    page("pageshow", true)
    expect(asked).to.deep.equal(["stop", "start"])
  })

  it("claims leadership when it becomes visible", () => {
    fire("visibilitychange")
    expect(asked).to.deep.equal(["claim"])
  })

  it("lets another tab transfer while the page is frozen, and takes part again after", () => {
    fire("freeze")
    fire("resume")
    expect(asked).to.deep.equal(["stop", "start"])
  })

  it("stops and starts once when the browser reports both", () => {
    page("pagehide", true)
    fire("freeze")
    fire("resume")
    page("pageshow", true)
    expect(asked).to.deep.equal(["stop", "start"])
  })

  it("does nothing when the page is shown first or goes for good", () => {
    page("pageshow", false)
    page("pagehide", false)
    fire("resume")
    expect(asked).to.deep.equal([])
  })

  it("probes the connection at once when the browser says that it came or went", () => {
    window.dispatchEvent(new Event("offline"))
    window.dispatchEvent(new Event("online"))
    expect(asked).to.deep.equal(["probe", "probe"])
  })

  it("ignores everything after its end", () => {
    stopFollowing()
    page("pagehide", true)
    fire("freeze")
    window.dispatchEvent(new Event("online"))
    expect(asked).to.deep.equal([])
  })
})
