import { expect } from "@esm-bundle/chai"
import { CalmVoice } from "./calm-voice.js"

describe("CalmVoice", () => {
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
    Object.assign(globalThis, { setTimeout: realSetTimeout, clearTimeout: realClearTimeout })
  })

  const passTime = () => {
    const due = [...timers.values()]
    timers.clear()
    for (const run of due) run()
  }

  it("does not say what was true at first", () => {
    const voice = new CalmVoice(() => {})
    voice.tell("a", "A")
    expect(voice.sentence).to.equal("")
  })

  it("says news at once, and after a pause only the latest of what came meanwhile", () => {
    let spoken = 0
    const voice = new CalmVoice(() => spoken++)
    voice.tell("a", "A")
    voice.tell("b", "B")
    expect(voice.sentence).to.equal("B")
    voice.tell("c", "C")
    voice.tell("d", "D")
    expect(voice.sentence).to.equal("B")
    passTime()
    expect([voice.sentence, spoken]).to.deep.equal(["D", 2])
    passTime()
    expect([voice.sentence, spoken]).to.deep.equal(["D", 2])
  })

  it("says nothing twice", () => {
    let spoken = 0
    const voice = new CalmVoice(() => spoken++)
    voice.tell("a", "A")
    voice.tell("b", "B")
    passTime()
    voice.tell("b", "B again")
    expect([voice.sentence, spoken]).to.deep.equal(["B", 1])
  })

  it("leaves no timer behind", () => {
    const voice = new CalmVoice(() => {})
    voice.tell("a", "A")
    voice.tell("b", "B")
    voice.stop()
    expect(timers.size).to.equal(0)
  })
})
