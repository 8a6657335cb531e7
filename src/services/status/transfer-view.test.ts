import { expect } from "@esm-bundle/chai"
import { Context, Effect, Layer } from "effect"
import { makeRunner } from "../../../test/support/executor-bench.js"
import { itEffect } from "../../../test/support/it-effect.js"
import { layerExecutor } from "../sync-executor/layer-sync-executor.js"
import { layerConcurrencyLimiter } from "../sync-executor/layer-concurrency-limiter.js"
import { SyncExecutor } from "../sync-executor/SyncExecutor.js"
import type { LeaderUpdate } from "../tabs/TabChannel.js"
import { layerTransferView, TransferView } from "./transfer-view.js"

describe("what the leader tab reports to the others of its transfers", () => {
  const openTab = Effect.gen(function* () {
    const layer = layerTransferView.pipe(
      Layer.provideMerge(layerExecutor()),
      Layer.provide(makeRunner().layer),
      Layer.provideMerge(layerConcurrencyLimiter({})),
    )
    const context = yield* Layer.build(Layer.fresh(layer))
    return { view: Context.get(context, TransferView), executor: Context.get(context, SyncExecutor) }
  })
  const hashOf = (at: number) => `content ${at}`
  const sorted = (view: TransferView["Type"]) =>
    [...view.all()].toSorted((one, other) => (one.contentHash < other.contentHash ? -1 : 1))

  itEffect("is everything, in parts, to a new tab, and then what has changed", () =>
    Effect.gen(function* () {
      const leader = yield* openTab
      const follower = yield* openTab
      leader.view.setLeader(true)
      for (let at = 0; at < 2_500; at++) yield* leader.executor.enqueueDownload(hashOf(at), 10)
      // Not for this one.
      for (const news of leader.view.whole("another", 1_000)) follower.view.follow(news, "follower")
      expect(sorted(follower.view)).to.deep.equal([])

      const parts: Array<LeaderUpdate> = []
      for (const news of leader.view.whole("follower", 1_000)) {
        expect(follower.view.hasSnapshot()).to.equal(false)
        follower.view.follow(news, "follower")
        parts.push(news)
        // Changes in between are reported in between.
        yield* leader.executor.forget(hashOf(2_400 - parts.length))
        yield* leader.executor.forget(hashOf(parts.length))
        follower.view.follow(leader.view.news(5_000), "follower")
      }
      expect(parts.map(({ changed }) => changed.length)).to.deep.equal([1_000, 1_000, 498])
      expect(follower.view.hasSnapshot()).to.equal(true)
      expect(sorted(follower.view)).to.deep.equal(sorted(leader.view))

      yield* leader.executor.cancel(hashOf(7))
      yield* leader.executor.forget(hashOf(8))
      const { changed, gone, isAll } = leader.view.news(1_000)
      expect([changed.map(({ contentHash }) => contentHash), gone, isAll]).to.deep.equal([
        [hashOf(7)],
        [`download:${hashOf(8)}`],
        true,
      ])
      expect(leader.view.news(1_000)).to.deep.include({ changed: [], gone: [] })
    }).pipe(Effect.scoped),
  )

  itEffect("replaces what an earlier leader reported, without an empty moment between", () =>
    Effect.gen(function* () {
      const [first, second, follower] = [yield* openTab, yield* openTab, yield* openTab]
      first.view.setLeader(true)
      second.view.setLeader(true)
      yield* first.executor.enqueueDownload(hashOf(1), 10)
      yield* first.executor.enqueueDownload(hashOf(2), 10)
      yield* second.executor.enqueueDownload(hashOf(2), 10)
      yield* second.executor.enqueueDownload(hashOf(3), 10)
      for (const news of first.view.whole("f", 10)) follower.view.follow(news, "f")
      const differing: Array<string> = []
      for (const news of second.view.whole("f", 1)) {
        differing.push(...follower.view.follow(news, "f"))
        expect(follower.view.get("download", hashOf(2))).not.to.equal(undefined)
      }
      expect(differing.toSorted()).to.deep.equal([hashOf(1), hashOf(3)])
      expect(sorted(follower.view)).to.deep.equal(sorted(second.view))
    }).pipe(Effect.scoped),
  )

  itEffect("comes a bounded number at a time", () =>
    Effect.gen(function* () {
      const { view, executor } = yield* openTab
      view.setLeader(true)
      for (let at = 0; at < 250; at++) yield* executor.enqueueUpload(hashOf(at), 10)
      const lengths = [view.news(100), view.news(100), view.news(100)].map(({ changed, isAll }) => [
        changed.length,
        isAll,
      ])
      expect(lengths).to.deep.equal([
        [100, false],
        [100, false],
        [50, true],
      ])
    }).pipe(Effect.scoped),
  )
})
