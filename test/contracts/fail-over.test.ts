import { expect } from "@esm-bundle/chai"
import { Bench } from "../support/bench.js"
import { until } from "../support/until.js"

describe("an engine whose leading tab is killed", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  it("leads at once, and finishes what the other had saved", async () => {
    const frame = document.createElement("iframe")
    frame.dataset["storeId"] = bench.storeId
    frame.srcdoc = '<script type="module" src="/test/support/leader-frame.ts"></script>'
    document.body.append(frame)
    const uploads = () => frame.dataset["uploads"]
    await until(
      "it uploads",
      () => uploads() !== undefined,
      () => () => undefined,
      40_000,
    )
    const device = await bench.device({ start: false })
    await device.engine.start()
    expect(device.engine.getStatus().leader).to.equal(false)

    // Gone with its document: nothing of it runs any more, and no event is emitted.
    const before = performance.now()
    frame.remove()
    await device.until("it leads", () => device.engine.getStatus().leader)
    // It takes half a second; a busy machine is given more.
    expect(performance.now() - before).to.be.below(30_000)
    const id = uploads() ?? ""
    await device.until("what it saved is remote", () => device.engine.getFileState(id).remote)
    expect(await (await device.engine.readFile(id)).text()).to.equal("half way")
  })
})
