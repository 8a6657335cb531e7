import { expect } from "@esm-bundle/chai"
import type { SyncStatus } from "../../src/client/global-client.js"
import { atRest } from "../test-support/at-rest.js"
import { SessionProgress } from "./session-progress.js"

const moving = (status: Partial<SyncStatus>): SyncStatus => ({ ...atRest, state: "syncing", ...status })

describe("SessionProgress", () => {
  it("counts files from the first that moves to the last, also when more come meanwhile", () => {
    const progress = new SessionProgress()
    const counts = [
      moving({ queuedUploads: 12 }),
      moving({ uploading: 3, queuedUploads: 6 }),
      moving({ uploading: 3, queuedUploads: 6, downloading: 2 }),
      moving({ uploading: 1 }),
    ].map((status) => {
      const { filesDone, filesTotal } = progress.follow(status, 0) ?? {}
      return `${filesDone} of ${filesTotal}`
    })
    expect(counts).to.deep.equal(["0 of 12", "3 of 12", "3 of 14", "13 of 14"])
    expect(progress.follow(atRest, 0)).to.equal(undefined)
    expect(progress.follow(moving({ uploading: 1 }), 0)?.filesTotal).to.equal(1)
  })

  it("never goes back, whatever the sums do", () => {
    const progress = new SessionProgress()
    const sums = [
      [10, 100],
      [50, 100],
      [50, 200],
      [0, 180],
      [100, 180],
    ] as const
    const fractions = sums.map(
      ([bytesDone, bytesTotal]) =>
        progress.follow(moving({ uploading: 1, bytesDone, bytesTotal }), 0)?.fraction,
    )
    expect(fractions).to.deep.equal([0.1, 0.5, 0.5, 0.5, 100 / 180])
  })

  it("reports how long it takes, once it has measured for some seconds", () => {
    const progress = new SessionProgress()
    const at = (seconds: number) =>
      progress.follow(moving({ uploading: 1, bytesDone: seconds * 1e6, bytesTotal: 100e6 }), seconds * 1000)
    expect([0, 1, 2, 3].map((seconds) => at(seconds)?.secondsLeft)).to.deep.equal(Array(4).fill(undefined))
    expect(at(10)?.secondsLeft).to.equal(90)
  })
})
