import { expect } from "@esm-bundle/chai"
import { files, localFileState } from "../../src/schema/index.js"
import { LocalFileStorage } from "../../src/services/local-file-storage/LocalFileStorage.js"
import { Bench, type FileStore, rejection } from "../support/bench.js"
import { localRow } from "../support/local-row.js"
import { runSql } from "../support/store.js"

const hashOf = (at: number) => at.toString(16).padStart(64, "0")

describe("the start of an engine over many records", () => {
  let bench: Bench
  beforeEach(() => {
    bench = new Bench()
  })
  afterEach(() => bench.close())

  /** A store with so many records of files that this device has and the remote too, as far as its tables show. */
  const filled = async (count: number): Promise<FileStore> => {
    const store = await bench.store()
    for (let from = 0; from < count; from += 100) {
      const group = Array.from({ length: Math.min(100, count - from) }, (_, at) => ({
        id: `file-${from + at}`,
        contentHash: hashOf(from + at),
      }))
      store.commit(
        files.events.created({
          files: group.map((file) => ({
            ...file,
            name: file.id,
            mimeType: "image/jpeg",
            sizeBytes: 10,
            path: `p/${file.contentHash}`,
            createdAt: new Date(5),
          })),
        }),
        files.events.uploaded({
          files: group.map((file) => ({ ...file, remoteKey: `k/${file.contentHash}` })),
        }),
        localFileState.events.set({
          files: group.map(({ id, contentHash }) => localRow(id, contentHash)),
        }),
      )
    }
    return store
  }
  /** Counts the queries, and the characters of what they gave, in all and at most, from now on. */
  const watchQueries = (store: FileStore) => {
    const seen = { queries: 0, characters: 0, largest: 0 }
    const query = store.query.bind(store) as (asked: unknown) => unknown
    store.query = ((asked: unknown) => {
      const answer = query(asked)
      seen.queries++
      const { length } = JSON.stringify(answer)
      seen.characters += length
      seen.largest = Math.max(seen.largest, length)
      return answer
    }) as typeof store.query
    return seen
  }
  const started = async (count: number) => {
    const store = await filled(count)
    const seen = watchQueries(store)
    const device = await bench.device({ store, fileSystem: "memory" })
    await device.engine.awaitIdle()
    return { ...device, seen: { ...seen }, watch: seen }
  }

  it("reads no record that is here and remote: as much of 2,000 as of 300", async () => {
    const few = await started(300)
    await few.engine.dispose()
    const many = await started(2_000)
    expect(many.engine.getStatus().leader).to.equal(true)
    // Four look for what is not settled, a thousand records at a time.
    expect(many.seen.queries - few.seen.queries).to.be.at.most(8)
    // The latest changes are remembered, whatever their number was before.
    expect(many.seen.characters).to.be.at.most(few.seen.characters + 1_500)
  })

  it("touches no file that is here, and asks the disk about none", async () => {
    const { engine } = await bench.device({ store: await filled(300), fileSystem: "memory", start: false })
    const local = await engine.runtime.runPromise(LocalFileStorage)
    const touched: string[] = []
    for (const name of [
      "writeFile",
      "readFile",
      "deleteFile",
      "fileExists",
      "filesExist",
      "hashStored",
    ] as const) {
      const { [name]: method } = local
      Object.assign(local, {
        [name]: (...given: ReadonlyArray<unknown>) => {
          touched.push(name)
          return (method as (...all: ReadonlyArray<unknown>) => unknown)(...given)
        },
      })
    }
    await engine.start()
    await engine.awaitIdle()
    expect(engine.getStatus().leader).to.equal(true)
    expect(touched).to.deep.equal([])
    await rejection(engine.readFile("file-1"))
    expect(touched).to.include("fileExists")
  })

  it("looks up the state of a few files one by one, and of many at once", async () => {
    const { engine, watch } = await started(1_000)
    const ask = (count: number) => {
      const before = watch.queries
      for (let at = 0; at < count; at++) {
        expect(engine.getFileState(`file-${at}`)).to.include({ local: true, remote: true })
      }
      return watch.queries - before
    }
    expect(ask(10)).to.equal(20)
    expect(ask(10)).to.equal(0)
    expect(ask(1_000)).to.be.at.most(200)
    expect(ask(1_000)).to.equal(0)
    expect(engine.getFileState("nobody")).to.include({ local: false, remote: false })
  })

  it("plans only what is not settled among many", async () => {
    const store = await filled(300)
    // The remote has it and this device has not, by its own index; and one the other way round.
    bench.objects.set(`k/${hashOf(7)}`, new Blob(["x"]))
    runSql(store as never, "DELETE FROM localFileState WHERE fileId = 'file-7'")
    runSql(store as never, "UPDATE files SET remoteKey = NULL WHERE id = 'file-8'")
    const asked: string[] = []
    const { engine, until } = await bench.device({
      store,
      start: false,
      fileSystem: "memory",
      remote: {
        fault: ({ operation, key }) => {
          asked.push(`${operation} ${key}`)
        },
      },
    })
    expect(engine.getFileState("file-7")).to.include({ local: false, remote: true })
    expect(engine.getFileState("file-8")).to.include({ local: true, remote: false })
    expect(engine.getStatus().onlyHere).to.equal(1)
    await engine.start()
    await until("it asks for the one", () =>
      asked.some((it) => it.startsWith("download") && it.endsWith(hashOf(7))),
    )
    expect(asked.filter((it) => !it.endsWith(hashOf(7)) && !it.endsWith(hashOf(8)))).to.deep.equal([])
  })

  it("plans thousands, part by part, and all of them", async () => {
    const store = await filled(3_500)
    runSql(store as never, "DELETE FROM localFileState")
    const seen = watchQueries(store)
    const { engine, until } = await bench.device({
      store,
      fileSystem: "memory",
      remote: { fault: () => new Promise(() => undefined) },
    })
    const moving = () => {
      const { downloading, queuedDownloads } = engine.getStatus()
      return downloading + queuedDownloads
    }
    await until("all are queued", () => moving() === 3_500, 60_000)
    // A thousand of them at a time, of about 300 characters each.
    expect(seen.largest).to.be.below(600_000)
  })

  it("knows that content is here that only an earlier version of a record had", async () => {
    const store = await filled(3)
    store.commit(
      files.events.updated({
        files: [
          {
            id: "file-1",
            contentHash: hashOf(99),
            mimeType: "image/png",
            sizeBytes: 5,
            path: "p",
            updatedAt: new Date(9),
          },
        ],
      }),
      files.events.created({
        files: [
          {
            id: "again",
            name: "again",
            contentHash: hashOf(1),
            mimeType: "image/jpeg",
            sizeBytes: 10,
            path: "p",
            createdAt: new Date(10),
          },
        ],
      }),
    )
    const { engine } = await bench.device({ store, fileSystem: "memory", start: false })
    expect(engine.getFileState("again").local).to.equal(true)
    expect(engine.getFileState("file-1").local).to.equal(false)
  })
})
