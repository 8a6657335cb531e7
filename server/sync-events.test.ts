import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { fetchSyncEvents } from "./fetch-sync-events.js"
import { type SyncBackendStub, syncEvents } from "./sync-events.js"

const eventOf = (name: string) => ({
  eventEncoded: { name, args: { files: [] } },
  metadata: { _tag: "Some", value: { createdAt: "2026-01-02T03:04:05.000Z" } },
})
const chunkOf = (names: ReadonlyArray<string>, left: string) => ({
  _tag: "Chunk",
  values: [{ batch: names.map(eventOf), pageInfo: { _tag: left } }],
})
const success = { _tag: "Exit", exit: { _tag: "Success" } }
const failure = { _tag: "Exit", exit: { _tag: "Failure" } }

describe("the events of a sync backend", () => {
  describe("over a WebSocket", () => {
    /** A sync backend that says all this once it is asked, and then, if so wanted, hangs up. */
    const saying = (messages: ReadonlyArray<unknown>, hangsUp = false): SyncBackendStub => ({
      fetch: async () => {
        const socket = Object.assign(new EventTarget(), {
          accept: () => {},
          close: () => {},
          send: (text: string) => {
            if (!text.includes("SyncWsRpc.Pull")) return
            for (const message of messages)
              socket.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify(message) }))
            if (hangsUp) socket.dispatchEvent(new Event("close"))
          },
        })
        return Object.assign(new Response(null), { webSocket: socket })
      },
    })
    const namesFrom = async (stub: SyncBackendStub) =>
      (await syncEvents(stub, "acme")).map(({ name }) => name)

    it("are given in order once it has said that these are all", async () => {
      const all = [chunkOf(["a", "b"], "MoreKnown"), chunkOf(["c"], "NoMore"), success]
      assert.deepEqual(await namesFrom(saying(all)), ["a", "b", "c"])
    })

    it("are not given in part: a file that only the rest refers to would be taken for garbage", async () => {
      await assert.rejects(namesFrom(saying([chunkOf(["a"], "MoreKnown")], true)), /hung up/)
      await assert.rejects(namesFrom(saying([chunkOf(["a"], "MoreKnown"), failure])), /refused/)
    })
  })

  describe("over HTTP", () => {
    const namesFrom = async (answer: unknown, status = 200) => {
      const events = await fetchSyncEvents("acme", {
        url: "http://sync.example/sync",
        fetch: async () => Response.json(answer, { status }),
      })
      return events.map(({ name }) => name)
    }

    it("are given in order", async () => {
      const all = [chunkOf(["a", "b"], "MoreKnown"), chunkOf(["c"], "NoMore"), success]
      assert.deepEqual(await namesFrom(all), ["a", "b", "c"])
    })

    it("are not given in part, and not from a stranger", async () => {
      const part = chunkOf(["a"], "MoreKnown")
      await assert.rejects(namesFrom([part, success]), /a part of its events/)
      await assert.rejects(namesFrom([part, failure]), /refused/)
      await assert.rejects(namesFrom([part]), /refused/)
      await assert.rejects(namesFrom([chunkOf(["a"], "NoMore"), success], 502), /answered 502/)
      await assert.rejects(namesFrom({ events: [] }), /not LiveStore's sync backend/)
    })
  })
})
