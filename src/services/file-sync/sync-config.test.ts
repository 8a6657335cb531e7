import { expect } from "@esm-bundle/chai"
import type { FileRecord } from "../../types/index.js"
import { isWanted, type NetworkFacts } from "./sync-config.js"

describe("isWanted", () => {
  const record = { name: "a.txt", sizeBytes: 5 } as FileRecord
  // Only Chromium has it, so the test brings its own.
  const withConnection = <A>(connection: object | undefined, run: () => A): A => {
    Object.defineProperty(navigator, "connection", { configurable: true, value: connection })
    try {
      return run()
    } finally {
      Reflect.deleteProperty(navigator, "connection")
    }
  }

  for (const [connection, expected] of [
    [undefined, { saveData: false, isMetered: false }],
    [{}, { saveData: false, isMetered: false }],
    [
      { saveData: true, type: "wifi" },
      { saveData: true, isMetered: false },
    ],
    [
      { saveData: false, type: "cellular" },
      { saveData: false, isMetered: true },
    ],
    [
      { saveData: "yes", type: 5 },
      { saveData: false, isMetered: false },
    ],
  ] as const) {
    it(`chooses a policy by the network when the browser says ${JSON.stringify(connection)}`, () => {
      const reported: NetworkFacts[] = []
      const rule = (_: FileRecord, network: NetworkFacts) => reported.push(network) > 0
      expect(withConnection(connection, () => isWanted(rule, record))).to.equal(true)
      expect(reported).to.deep.equal([expected])
    })
  }

  it("asks the browser each time", () => {
    const rule = (_: FileRecord, { saveData, isMetered }: NetworkFacts) => !saveData && !isMetered
    for (const [connection, isSo] of [
      [{ saveData: true }, false],
      [{ saveData: false }, true],
      [{ type: "cellular" }, false],
      [{ type: "ethernet" }, true],
    ] as const)
      expect(withConnection(connection, () => isWanted(rule, record))).to.equal(isSo)
  })

  it("takes only `true` for yes, and a rule that throws for no", () => {
    expect(isWanted(() => 1 as unknown as boolean, record)).to.equal(false)
    const bad = () => {
      throw new Error("a bad rule")
    }
    expect(isWanted(bad, record)).to.equal(false)
    expect(isWanted("all", record)).to.equal(true)
    expect(isWanted("on-demand", record)).to.equal(false)
  })
})
