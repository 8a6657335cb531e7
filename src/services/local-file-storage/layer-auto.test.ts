import { expect } from "@esm-bundle/chai"
import { Effect, Layer } from "effect"
import { itLive } from "../../../test/support/it-effect.js"
import { removeStoreFolder } from "../../../test/support/opfs.js"
import { layerSubtle } from "./hashing/layer-subtle.js"
import { layerAuto } from "./layer-auto.js"
import { layerIoWorker } from "./layer-io-worker.js"
import { isOpfsAvailable } from "./is-opfs-available.js"
import { LocalFileStorage } from "./LocalFileStorage.js"

const storeId = `auto ${crypto.randomUUID()}`

const stored = Effect.gen(function* () {
  const storage = yield* LocalFileStorage
  const { contentHash } = yield* storage.writeFile(new Blob(["hello"]))
  const text = yield* Effect.promise(async () =>
    (await Effect.runPromise(storage.readFile(contentHash))).text(),
  )
  return { kind: storage.kind, text }
}).pipe(
  Effect.provide(
    layerAuto({ storeId, isServed: () => false }).pipe(
      Layer.provide(layerIoWorker(storeId)),
      Layer.provide(layerSubtle),
    ),
  ),
)

/** Replaces a property for the time of a test. */
const replaced = (target: object, name: string, descriptor: PropertyDescriptor | undefined) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = Object.getOwnPropertyDescriptor(target, name)
      if (descriptor === undefined) Reflect.deleteProperty(target, name)
      else Object.defineProperty(target, name, { ...descriptor, configurable: true })
      return before
    }),
    (before) =>
      Effect.sync(() => {
        if (before === undefined) Reflect.deleteProperty(target, name)
        else Object.defineProperty(target, name, before)
      }),
  )

describe("LocalFileStorage (what the browser offers)", () => {
  after(() => removeStoreFolder(storeId).catch(() => undefined)) // A private window has nothing to remove.

  itLive("keeps files on disk where there is file storage, and says where they are", () =>
    Effect.gen(function* () {
      const kind = (yield* Effect.promise(isOpfsAvailable)) ? "opfs" : "memory"
      expect(yield* stored).to.deep.equal({ kind, text: "hello" })
    }),
  )

  for (const name of ["SecurityError", "UnknownError"]) {
    itLive(`keeps files in memory where a private window refuses with ${name}`, () =>
      Effect.gen(function* () {
        const getDirectory = () => Promise.reject(new DOMException("Not in this mode", name))
        yield* replaced(navigator.storage, "getDirectory", { value: getDirectory })
        expect(yield* stored).to.deep.equal({ kind: "memory", text: "hello" })
      }),
    )
  }

  itLive("keeps files in memory where there is no file storage", () =>
    Effect.gen(function* () {
      yield* replaced(navigator, "storage", { value: {} })
      expect(yield* stored).to.deep.equal({ kind: "memory", text: "hello" })
    }),
  )

  itLive(
    "keeps files in memory where a finished file cannot be moved into place",
    () =>
      Effect.gen(function* () {
        // Engines differ in which of the two has it.
        for (const { prototype } of [FileSystemFileHandle, FileSystemHandle]) {
          yield* replaced(prototype, "move", undefined)
        }
        expect(yield* stored).to.deep.equal({ kind: "memory", text: "hello" })
      }),
    async () => ((await isOpfsAvailable()) ? undefined : "there is no file storage to begin with"),
  )
})
