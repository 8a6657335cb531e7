import { expect } from "@esm-bundle/chai"
import { Effect } from "effect"
import { RemoteFailure } from "../../src/types/index.js"
import { eventually, pass, withEngine } from "../support/engine-bench.js"

const text = (body: string): Blob => new Blob([body], { type: "text/plain" })

describe("an engine's status", () => {
  withEngine(
    "counts files, also where several have one content",
    { adapter: { upload: () => new Promise<never>(() => undefined) } },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* storage.saveFiles([{ file: text("same") }, { file: text("same") }, { file: text("other") }])
        yield* sync.start
        yield* eventually("all go up", () => sync.status().uploading > 0)
        const { uploading, queuedUploads, onlyHere } = sync.status()
        expect(uploading + queuedUploads).to.equal(3)
        expect(onlyHere).to.equal(3)
      }),
  )

  withEngine(
    "counts the files that stopped, and those that were cancelled",
    {
      adapter: {
        upload: ({ record, signal }) => {
          if (record.name !== "slow") throw new RemoteFailure("Forbidden", "No")
          return new Promise<never>((_, reject) => {
            signal.addEventListener("abort", () => reject(new RemoteFailure("Aborted", "Cancelled")))
          })
        },
      },
    },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        yield* sync.start
        yield* storage.saveFiles([{ file: text("same") }, { file: text("same") }])
        const slow = yield* storage.saveFile(text("slow"), { name: "slow" })
        yield* eventually("two stop", () => sync.status().failed === 2 && sync.status().uploading === 1)
        expect(sync.status()).to.include({ state: "syncing", cancelled: 0, cause: "not-allowed" })
        yield* sync.cancel(slow)
        expect(sync.status()).to.include({ state: "error", failed: 2, cancelled: 1, cause: "not-allowed" })
        expect(sync.fileState(slow).error).to.include({ reason: "Aborted", side: "local" })
        // They stay as they are, even after a new sign-in.
        yield* sync.retry()
        yield* eventually("two stop again", () => sync.status().failed === 2)
        expect(sync.status()).to.include({ failed: 2, cancelled: 1 })
      }),
  )

  withEngine(
    "says that a file is being taken in until it is on this device",
    {
      preprocessors: {
        "text/plain": (file) => new Promise((resolve) => setTimeout(() => resolve(file), 50)),
      },
    },
    ({ storage, sync }) =>
      Effect.gen(function* () {
        expect(sync.status()).to.include({ saving: 0, savingBytesTotal: 0, state: "idle" })
        const saving = yield* Effect.fork(storage.saveFiles([{ file: text("one") }, { file: text("three") }]))
        yield* eventually("it is counted", () => sync.status().saving === 2)
        expect(sync.status()).to.include({ savingBytesDone: 0, savingBytesTotal: 8, state: "syncing" })
        yield* saving
        expect(sync.status()).to.include({ saving: 0, savingBytesDone: 0, savingBytesTotal: 0 })
      }),
  )

  for (const isEndless of [false, true]) {
    const outcome = isEndless ? "for a minute at most" : "until they are saved"
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    withEngine(
      `lets small uploads wait while many files are saved, ${outcome}`,
      {
        preprocessors: {
          "text/plain": async (file) => {
            if (file.size === 4) await gate
            return file
          },
        },
      },
      ({ storage, sync }) =>
        Effect.gen(function* () {
          yield* sync.start
          const many = Array.from({ length: 60 }, (_, at) => ({
            file: text(at === 0 ? "last" : `file ${at}`),
          }))
          const saving = yield* Effect.fork(storage.saveFiles(many))
          yield* eventually("they are being saved", () => sync.status().saving === 60)
          const id = yield* storage.saveFile(text("between"))
          yield* pass(10)
          expect(sync.fileState(id)).to.include({ transfer: "queued-upload", remote: false })
          if (isEndless) yield* pass(60)
          else open()
          yield* eventually("it goes up", () => sync.fileState(id).remote)
          open()
          yield* saving
          yield* eventually("all go up", () => sync.status().onlyHere === 0)
        }),
    )
  }

  withEngine("counts no save that failed", {}, ({ storage, sync }) =>
    Effect.gen(function* () {
      yield* Effect.either(storage.saveFile(text("x"), { commit: () => "no list" as never }))
      yield* Effect.either(storage.saveFile("no file" as never))
      expect(sync.status()).to.include({ saving: 0, state: "idle" })
    }),
  )

  for (const [reason, health, cause] of [
    ["Offline", "Offline", "unreachable"],
    ["ServerError", "ServerError", "server-trouble"],
    ["ServerError", null, "server-trouble"],
    ["RateLimited", null, "server-trouble"],
    ["Unauthorized", null, "signed-out"],
    ["QuotaExceeded", null, "server-full"],
    ["NotFound", null, "wrong-address"],
  ] as const)
    withEngine(
      `says why files wait: ${reason}${health === null ? "" : ", health too"}: ${cause}`,
      {
        adapter: {
          upload: async () => {
            throw new RemoteFailure(reason, "No")
          },
          checkHealth: async () => {
            if (health !== null) throw new RemoteFailure(health, "No")
          },
        },
      },
      ({ storage, sync }) =>
        Effect.gen(function* () {
          yield* sync.start
          const id = yield* storage.saveFile(text("secret words"), { name: "diary.txt" })
          yield* eventually("it fails", () => sync.fileState(id).error !== null)
          yield* eventually("its cause is known", () => sync.status().cause === cause)
          const isStopped = sync.fileState(id).transfer === "error"
          const { nextTryAt, state } = sync.status()
          if (isStopped) expect(nextTryAt).to.equal(null)
          else expect(nextTryAt).to.be.a("number")
          expect(state).to.equal(health !== null ? "offline" : isStopped ? "error" : "syncing")
          const { message, side } = sync.fileState(id).error ?? {}
          expect(side).to.equal("upload")
          expect(message).to.match(/^Uploading a file failed: [a-z' ]+\./)
          yield* pass(1)
        }),
    )
})
