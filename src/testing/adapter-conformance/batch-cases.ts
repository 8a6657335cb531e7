import { RemoteFailure } from "../../types/index.js"
import { type Case, need } from "./case.js"
import { type Content, makeContent } from "./content.js"
import { check, failsWith, requireFailure, same, sameBytes } from "./expect.js"
import { readAll, type Subject } from "./subject.js"

const membersOf = (subject: Subject, contents: ReadonlyArray<Content>) =>
  contents.map((content) => {
    const { key, contentHash, record } = subject.requestFor(content)
    return { key, contentHash, record, body: content.body }
  })

const signal = () => new AbortController().signal

/** Many small files in one request. */
export const batchCases: ReadonlyArray<Case> = [
  {
    name: "transfers a batch in both directions, in order",
    run: async (subject) => {
      const batch = need(subject.adapter.batch, "batches")
      const contents = await Promise.all([0, 1, 3000, 100_000, 17].map((sizeBytes) => makeContent(sizeBytes)))
      const files = membersOf(subject, contents)
      for (const attempt of ["new", "already there"]) {
        const results = await batch.uploadMany({ files, signal: signal() })
        same(results.length, files.length, `the number of results (${attempt})`)
        for (const [at, result] of results.entries())
          same("key" in result ? result.key : result.message, files[at]?.key, "a key")
      }
      const order: Array<number> = []
      await batch.downloadMany({
        files,
        signal: signal(),
        onFile: async (at, result) => {
          order.push(at)
          check(result instanceof Uint8Array, `member ${at} failed: ${String(result)}`)
          sameBytes(result, contents[at]?.bytes ?? new Uint8Array(0), `the bytes of member ${at}`)
        },
      })
      same(order.join(), "0,1,2,3,4", "the order")
    },
  },
  {
    name: "lets one bad member harm no other",
    run: async (subject) => {
      const batch = need(subject.adapter.batch, "batches")
      const contents = await Promise.all([1000, 2000, 3000].map((sizeBytes) => makeContent(sizeBytes)))
      const [first, second, third] = contents
      check(first !== undefined && second !== undefined && third !== undefined, "three contents")
      const files = membersOf(subject, [first, { ...second, body: (await makeContent(2000)).body }, third])
      const results = await batch.uploadMany({ files, signal: signal() })
      if (subject.checksDigest) requireFailure(results[1], "IntegrityMismatch")
      for (const good of [first, third]) {
        sameBytes(
          await readAll((await subject.download(good)).body),
          good.bytes,
          "the bytes of a good member",
        )
      }
      if (!subject.checksDigest) return
      const received = new Map<number, unknown>()
      await batch.downloadMany({
        files,
        signal: signal(),
        onFile: async (at, result) => void received.set(at, result),
      })
      requireFailure(received.get(1), "NotFound")
      for (const at of [0, 2]) check(received.get(at) instanceof Uint8Array, `member ${at} did not come`)
    },
  },
  {
    name: "waits for its reader to take the members, and stops with it",
    run: async (subject) => {
      const batch = need(subject.adapter.batch, "batches")
      const contents = await Promise.all([100, 200, 300].map((sizeBytes) => makeContent(sizeBytes)))
      const files = membersOf(subject, contents)
      await batch.uploadMany({ files, signal: signal() })
      const refusal = new RemoteFailure("Unknown", "the taker has had enough")
      let isBusy = false
      let calls = 0
      const download = batch.downloadMany({
        files,
        signal: signal(),
        onFile: async (at) => {
          check(!isBusy, "a member came while another was being taken")
          isBusy = true
          await new Promise((resolve) => setTimeout(resolve))
          isBusy = false
          calls++
          if (at === 1) throw refusal
        },
      })
      const failure = await failsWith(download, "Unknown")
      same(failure.message, refusal.message, "the failure")
      same(calls, 2, "the number of members that came")
    },
  },
  {
    name: "takes an empty batch, and stops one that is aborted",
    run: async (subject) => {
      const batch = need(subject.adapter.batch, "batches")
      same((await batch.uploadMany({ files: [], signal: signal() })).length, 0, "the number of results")
      await batch.downloadMany({
        files: [],
        signal: signal(),
        onFile: async () => check(false, "a member came"),
      })
      const files = membersOf(subject, [await makeContent(100)])
      await failsWith(batch.uploadMany({ files, signal: AbortSignal.abort() }), "Aborted")
      const onFile = async () => check(false, "a member came")
      await failsWith(batch.downloadMany({ files, signal: AbortSignal.abort(), onFile }), "Aborted")
    },
  },
  {
    name: "breaks off a batch when the connection breaks",
    run: async (subject) => {
      const batch = need(subject.adapter.batch, "batches")
      const cut = need(subject.faults.cutNextDownload, "way to cut a download")
      const contents = await Promise.all([1, 2, 3].map(() => makeContent(50_000)))
      const files = membersOf(subject, contents)
      await batch.uploadMany({ files, signal: signal() })
      await cut(75_000)
      const received: Array<number> = []
      const download = batch.downloadMany({
        files,
        signal: signal(),
        onFile: async (at, result) => {
          check(result instanceof Uint8Array, "a member failed")
          sameBytes(result, contents[at]?.bytes ?? new Uint8Array(0), "the bytes before the cut")
          received.push(at)
        },
      })
      await failsWith(download, "Offline")
      // How much of it comes through before a connection breaks is up to the platform, but never the third.
      check(!received.includes(2), "a member came from behind the cut")
    },
  },
]
