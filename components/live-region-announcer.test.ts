import { expect } from "@esm-bundle/chai"
import { LiveRegionAnnouncer } from "./live-region-announcer.js"

describe("LiveRegionAnnouncer", () => {
  const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis
  let timers: Map<number, () => void>

  beforeEach(() => {
    timers = new Map()
    let next = 0
    Object.assign(globalThis, {
      setTimeout: (run: () => void) => {
        timers.set(++next, run)
        return next
      },
      clearTimeout: (timer: number) => timers.delete(timer),
    })
  })

  afterEach(() => {
    while (timers.size > 0) passTime()
    Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout })
  })

  const passTime = () => {
    const due = [...timers.values()]
    timers.clear()
    for (const run of due) run()
  }

  it("does not say what was true at first", () => {
    const voice = new LiveRegionAnnouncer(() => {})
    voice.announce("a", "A")
    expect(voice.sentence).to.equal("")
  })

  it("says news at once, and after a pause only the latest of what came meanwhile", () => {
    let spoken = 0
    const voice = new LiveRegionAnnouncer(() => spoken++)
    voice.announce("a", "A")
    voice.announce("b", "B")
    expect(voice.sentence).to.equal("B")
    voice.announce("c", "C")
    voice.announce("d", "D")
    expect(voice.sentence).to.equal("B")
    passTime()
    expect([voice.sentence, spoken]).to.deep.equal(["D", 2])
    passTime()
    expect([voice.sentence, spoken]).to.deep.equal(["D", 2])
  })

  it("says nothing twice", () => {
    let spoken = 0
    const voice = new LiveRegionAnnouncer(() => spoken++)
    voice.announce("a", "A")
    voice.announce("b", "B")
    passTime()
    voice.announce("b", "B again")
    expect([voice.sentence, spoken]).to.deep.equal(["B", 1])
  })

  it("lets one region on the page speak at a time", () => {
    const [one, other] = [new LiveRegionAnnouncer(() => {}), new LiveRegionAnnouncer(() => {})]
    one.announce("a", "A")
    other.announce("a", "A")
    one.announce("b", "12 files saved")
    other.announce("b", "Uploading 12 files")
    expect([one.sentence, other.sentence]).to.deep.equal(["12 files saved", ""])
    passTime()
    expect(other.sentence).to.equal("Uploading 12 files")
  })

  it("leaves no timer behind", () => {
    const voice = new LiveRegionAnnouncer(() => {})
    voice.announce("a", "A")
    voice.announce("b", "B")
    voice.stop()
    expect(timers.size).to.equal(0)
  })
})
