import { expect } from "@esm-bundle/chai"
import { Effect, Exit, HashMap, Layer, Logger, Scope } from "effect"
import type { RecordFact } from "../../src/services/file-records/record-facts.js"
import { layerIoWorker } from "../../src/services/local-file-storage/layer-io-worker.js"
import { layerMemoryOutbox } from "../../src/services/outbox/layer-memory-outbox.js"
import { layerOpfsOutbox } from "../../src/services/outbox/layer-opfs.js"
import { type OpenEntry, Outbox, type OutboxSave } from "../../src/services/outbox/Outbox.js"
import { layerMemoryTabs, MemoryBrowser } from "../../src/services/tabs/layer-memory-tabs.js"
import { itLive } from "../support/it-effect.js"
import { startWithoutSyncAccess } from "../support/no-sync-access.js"
import { openStoreFolder, removeStoreFolder } from "../support/opfs.js"

/** The journals of one store, and outboxes of its tabs over them. */
interface Disk {
  /** An outbox of a tab; closing the scope kills the tab. */
  readonly tab: (tabId: string) => Effect.Effect<Outbox["Type"], never, Scope.Scope>
  readonly read: (journal: string) => Promise<string | undefined>
  readonly write: (journal: string, text: string) => Promise<void>
  readonly remove: () => Promise<void>
}

const build = (layer: Layer.Layer<Outbox>) => Layer.build(layer)

const opfsDisk = (start?: () => Worker): Disk => {
  const storeId = `outbox ${crypto.randomUUID()}`
  const folder = async () => (await openStoreFolder(storeId)).getDirectoryHandle("outbox", { create: true })
  return {
    tab: (tabId) =>
      Effect.flatMap(
        build(
          layerOpfsOutbox.pipe(
            Layer.provide(layerIoWorker(storeId, start)),
            Layer.provide(layerMemoryTabs(new MemoryBrowser(), tabId)),
          ),
        ),
        (context) => Effect.provide(Outbox, context),
      ),
    read: async (journal) => {
      try {
        return await (await (await (await folder()).getFileHandle(journal)).getFile()).text()
      } catch {
        return undefined
      }
    },
    write: async (journal, text) => {
      const writable = await (
        await (await folder()).getFileHandle(journal, { create: true })
      ).createWritable()
      await writable.write(text)
      await writable.close()
    },
    remove: () => removeStoreFolder(storeId),
  }
}

const memoryDisk = (): Disk => {
  const files = new Map<string, string>()
  return {
    tab: (tabId) =>
      Effect.flatMap(
        build(layerMemoryOutbox(files).pipe(Layer.provide(layerMemoryTabs(new MemoryBrowser(), tabId)))),
        (context) => Effect.provide(Outbox, context),
      ),
    read: async (journal) => files.get(journal),
    write: async (journal, text) => void files.set(journal, text),
    remove: async () => undefined,
  }
}

const save = (id: string, contentHash: string): OutboxSave => ({
  type: "save",
  id,
  name: `${id}.txt`,
  mimeType: "text/plain",
  sizeBytes: 3,
  contentHash,
  path: `x/${contentHash}`,
  metadata: { note: "line\nbreak" },
  createdAt: 1,
  previousHash: null,
})
/** The saves among what was open, without the time that the outbox gave them. */
const savesOf = (entries: ReadonlyArray<OpenEntry>): ReadonlyArray<OutboxSave> =>
  entries.flatMap((entry) => {
    if (entry.type !== "save") return []
    const { at: _, ...given } = entry
    return [given]
  })
const nobodyLives = () => Effect.succeed(false)
const everybodyLives = () => Effect.succeed(true)

for (const [name, makeDisk] of [
  ["OPFS", opfsDisk],
  ["OPFS without synchronous access", () => opfsDisk(startWithoutSyncAccess)],
  ["memory", memoryDisk],
] as const) {
  describe(`Outbox (${name})`, () => {
    const disks: Disk[] = []
    after(async () => {
      await Promise.all(disks.map((disk) => disk.remove()))
    })
    const withDisk = <A, E>(what: string, body: (disk: Disk) => Effect.Effect<A, E, Scope.Scope>) =>
      itLive(what, () => {
        const disk = makeDisk()
        disks.push(disk)
        return body(disk)
      })
    const read = (disk: Disk, journal: string) => Effect.promise(() => disk.read(journal))
    /** What a tab does in its life, which ends with the effect. */
    const live = <A, E>(disk: Disk, tabId: string, body: (outbox: Outbox["Type"]) => Effect.Effect<A, E>) =>
      Effect.scoped(Effect.flatMap(disk.tab(tabId), body))
    const adoptedBy = (disk: Disk, tabId: string) =>
      live(disk, tabId, (outbox) => Effect.map(outbox.adopt(nobodyLives), savesOf))

    withDisk("gives the saves of a killed tab to the next, in their order", (disk) =>
      Effect.gen(function* () {
        const saves = [save("1", "a"), save("2", "b"), save("3", "a")]
        yield* live(disk, "one", (outbox) => outbox.append(saves))
        expect(yield* adoptedBy(disk, "two")).to.deep.equal(saves)
        expect(yield* read(disk, "one")).to.equal(undefined)
      }),
    )

    withDisk("does not give what was settled", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) =>
          Effect.gen(function* () {
            yield* outbox.append([save("1", "a"), save("2", "b")])
            yield* outbox.settle([save("1", "a"), save("9", "z")])
            expect(savesOf(yield* outbox.open)).to.deep.equal([save("2", "b")])
          }),
        )
        expect(yield* adoptedBy(disk, "two")).to.deep.equal([save("2", "b")])
      }),
    )

    withDisk("empties its journal when nothing is open, and goes on writing it", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) =>
          Effect.gen(function* () {
            yield* outbox.append([save("1", "a")])
            yield* outbox.settle([save("1", "a")])
            expect(yield* read(disk, "one")).to.equal("")
            yield* outbox.append([save("2", "b")])
          }),
        )
        expect(yield* adoptedBy(disk, "two")).to.deep.equal([save("2", "b")])
      }),
    )

    withDisk("loses none of a hundred appends and settlements at the same moment", (disk) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 100 }, (_, at) => `${at}`)
        yield* live(disk, "one", (outbox) =>
          Effect.forEach(
            ids,
            (id) =>
              outbox
                .append([save(id, "a")])
                .pipe(Effect.zipRight(Number(id) % 2 === 0 ? outbox.settle([save(id, "a")]) : Effect.void)),
            { concurrency: "unbounded", discard: true },
          ),
        )
        const left = (yield* adoptedBy(disk, "two")).map(({ id }) => Number(id))
        expect(left.toSorted((one, other) => one - other)).to.deep.equal(
          ids.map(Number).filter((id) => id % 2 === 1),
        )
      }),
    )

    withDisk("leaves the journals of living tabs alone, but knows what they hold", (disk) =>
      Effect.gen(function* () {
        const one = yield* disk.tab("one")
        const two = yield* disk.tab("two")
        yield* one.append([save("1", "a")])
        yield* two.append([save("2", "b")])
        expect(yield* two.adopt(everybodyLives)).to.deep.equal([])
        expect((yield* two.openEverywhere).map(({ id }) => id)).to.have.members(["1", "2"])
        expect(savesOf(yield* two.open)).to.deep.equal([save("2", "b")])
        yield* one.settle([save("1", "a")])
        expect((yield* two.openEverywhere).map(({ id }) => id)).to.deep.equal(["2"])
        expect(yield* two.otherTabs).to.deep.equal(["one"])
      }),
    )

    withDisk("reads the journal of a tab that writes it in the same moment", (disk) =>
      Effect.gen(function* () {
        const one = yield* disk.tab("one")
        const two = yield* disk.tab("two")
        yield* one.append([save("kept", "k")])
        const write = (at: number) =>
          Effect.zipRight(one.append([save(`${at}`, "a")]), one.settle([save(`${at}`, "a")]))
        const look = Effect.map(two.openEverywhere, (open) => {
          expect(open.map(({ id }) => id)).to.include("kept")
        })
        yield* Effect.all(
          [Effect.forEach(Array.from({ length: 150 }).keys(), write), Effect.replicateEffect(look, 150)],
          {
            concurrency: "unbounded",
            discard: true,
          },
        )
      }),
    )

    withDisk("keeps adopted saves through the death of the tab that adopted them", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) => outbox.append([save("1", "a")]))
        expect(yield* adoptedBy(disk, "two")).to.deep.equal([save("1", "a")])
        expect(yield* adoptedBy(disk, "three")).to.deep.equal([save("1", "a")])
        yield* live(disk, "four", (outbox) =>
          Effect.gen(function* () {
            yield* outbox.adopt(nobodyLives)
            yield* outbox.settle([save("1", "a")])
          }),
        )
        expect(yield* adoptedBy(disk, "five")).to.deep.equal([])
      }),
    )

    withDisk("gives a save once when the kill came between adopting a journal and removing it", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) => outbox.append([save("1", "a"), save("2", "b")]))
        const text = (yield* read(disk, "one")) ?? ""
        // Both are there: what was adopted, and what it was adopted from.
        yield* Effect.promise(() => disk.write("two", text))
        yield* live(disk, "three", (outbox) =>
          Effect.gen(function* () {
            const adopted = savesOf(yield* outbox.adopt(nobodyLives))
            expect(new Set(adopted.map(({ id }) => id))).to.deep.equal(new Set(["1", "2"]))
            expect(yield* outbox.open).to.have.length(2)
            yield* outbox.settle(adopted)
            expect(yield* outbox.open).to.deep.equal([])
          }),
        )
        expect(yield* adoptedBy(disk, "four")).to.deep.equal([])
      }),
    )

    withDisk("gives every whole entry of a journal that a kill cut off at any byte", (disk) =>
      Effect.gen(function* () {
        const saves = [save("1", "a"), save("2", "b")]
        yield* live(disk, "one", (outbox) => outbox.append(saves))
        const text = ((yield* read(disk, "one")) ?? "").trimStart()
        const firstEnd = text.indexOf("\n")
        const settleAll = live(disk, "end", (outbox) =>
          Effect.flatMap(outbox.adopt(nobodyLives), (adopted) => outbox.settle(savesOf(adopted))),
        )
        yield* settleAll
        for (const cut of [0, 1, firstEnd - 1, firstEnd, firstEnd + 1, text.length - 2, text.length - 1]) {
          yield* Effect.promise(() => disk.write("cut", text.slice(0, cut)))
          const whole = saves.slice(0, cut >= text.length - 1 ? 2 : cut >= firstEnd ? 1 : 0)
          expect(yield* adoptedBy(disk, `after ${cut}`), `cut at ${cut}`).to.deep.equal(whole)
          yield* settleAll
        }
      }),
    )

    withDisk("hands unfinished multipart uploads on, until they have ended at the remote", (disk) =>
      Effect.gen(function* () {
        const begun = { type: "multipart", contentHash: "a", uploadId: "u1", partBytes: 5 } as const
        yield* live(disk, "one", (outbox) => outbox.append([save("1", "a"), begun]))
        yield* live(disk, "two", (outbox) =>
          Effect.gen(function* () {
            yield* outbox.adopt(nobodyLives)
            expect((yield* outbox.multipart).get("a")).to.include({ uploadId: "u1", partBytes: 5 })
            // Given up or not: what lies at the remote has to be ended there.
            yield* outbox.settle([save("1", "a")])
            expect((yield* outbox.multipart).size).to.equal(1)
            yield* outbox.append([{ type: "multipart-ended", contentHash: "a" }])
            expect((yield* outbox.multipart).size).to.equal(0)
          }),
        )
      }),
    )

    const fact = (event: string, id: string): RecordFact => ({
      name: event,
      args: { files: [{ id }] },
      before: {},
      position: { head: 3, clientId: "c" },
    })
    const namesOf = (entries: ReadonlyArray<OpenEntry>) =>
      entries.map((entry) => (entry.type === "fact" ? entry.name : entry.id))

    withDisk("keeps facts until they are confirmed, and counts the files they are about", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) =>
          Effect.gen(function* () {
            const [first = ""] = yield* outbox.keep([fact("created", "1"), fact("deleted", "1")], [])
            yield* outbox.keep([fact("created", "2")], [save("2", "b")])
            expect(outbox.now().factsByFile.size).to.equal(2)
            yield* outbox.settle([save("2", "b")])
            yield* outbox.confirm([first])
            expect([...outbox.now().factsByFile]).to.deep.equal([
              ["1", 1],
              ["2", 1],
            ])
          }),
        )
        const left = yield* live(disk, "two", (outbox) => outbox.adopt(nobodyLives))
        expect(namesOf(left)).to.deep.equal(["deleted", "created"])
        const again = yield* live(disk, "three", (outbox) => outbox.adopt(nobodyLives))
        expect(again).to.deep.equal(left)
        yield* live(disk, "four", (outbox) =>
          Effect.gen(function* () {
            const facts = (yield* outbox.adopt(nobodyLives)).filter((entry) => entry.type === "fact")
            yield* outbox.confirm(facts.map(({ factId }) => factId))
            expect(yield* read(disk, "four")).to.equal("")
          }),
        )
      }),
    )

    withDisk(
      "gives what two dead tabs left in the order in which it was made, whatever they are called",
      (disk) =>
        Effect.gen(function* () {
          const one = yield* disk.tab("zebra")
          const two = yield* disk.tab("ant")
          const sleepTick = Effect.promise(async () => {
            for (const begun = Date.now(); Date.now() === begun; ) await Promise.resolve()
          })
          for (const [outbox, what] of [
            [one, "a"],
            [two, "b"],
            [one, "c"],
            [two, "d"],
          ] as const) {
            yield* outbox.keep([fact(what, "1")], [])
            yield* sleepTick
          }
          const left = yield* live(disk, "next", (outbox) => outbox.adopt(nobodyLives))
          expect(namesOf(left)).to.deep.equal(["a", "b", "c", "d"])
        }),
    )

    withDisk(
      "survives torn, foreign and older lines, says so, and leaves what it does not know where it is",
      (disk) =>
        Effect.gen(function* () {
          const lines = [
            JSON.stringify(save("1", "a")),
            '{"type":"save","id":"torn',
            '{"type":"from the future","id":"9"}',
            "17",
            JSON.stringify({ ...save("2", "b"), unknown: true }),
          ]
          yield* Effect.promise(() => disk.write("old", lines.join("\n")))
          const said: Array<unknown> = []
          const logger = Logger.make(({ annotations }) => {
            said.push(Object.fromEntries(HashMap.toEntries(annotations)))
          })
          const left = yield* live(disk, "next", (outbox) =>
            Effect.provide(outbox.adopt(nobodyLives), Logger.replace(Logger.defaultLogger, logger)),
          )
          expect(namesOf(left)).to.deep.equal(["1", "2"])
          expect(said).to.deep.equal([{ journal: "old", torn: 1, foreign: 2 }])
          expect(yield* read(disk, "old")).to.include("from the future")
        }),
    )

    withDisk("remembers that there is a sync backend, which is no tab", (disk) =>
      Effect.gen(function* () {
        yield* live(disk, "one", (outbox) =>
          Effect.gen(function* () {
            expect(yield* outbox.hasBackend).to.equal(false)
            yield* outbox.noteBackend
          }),
        )
        yield* live(disk, "two", (outbox) =>
          Effect.gen(function* () {
            expect(yield* outbox.hasBackend).to.equal(true)
            expect(yield* outbox.adopt(nobodyLives)).to.deep.equal([])
            expect(yield* outbox.otherTabs).to.not.include("sync-backend")
          }),
        )
      }),
    )

    withDisk("adopts while the dead tab's worker may still hold its journal open", (disk) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const one = yield* Effect.provideService(disk.tab("one"), Scope.Scope, scope)
        yield* one.append([save("1", "a")])
        const two = yield* disk.tab("two")
        expect(savesOf(yield* two.adopt(nobodyLives))).to.deep.equal([save("1", "a")])
        expect(savesOf(yield* two.open)).to.deep.equal([save("1", "a")])
        yield* Scope.close(scope, Exit.void)
      }),
    )
  })
}
