import { expect } from "@esm-bundle/chai"
import { makeFileSync } from "../client/create-file-sync.js"
import { rehearse } from "./rehearse.js"

const isOfRehearsal = (name: string | undefined): boolean => name?.includes("rehearsal") === true

/** Names of the locks asked for while `work` runs. */
const locksAskedBy = async (work: () => Promise<void>): Promise<ReadonlyArray<string>> => {
  const { request } = navigator.locks
  const names: string[] = []
  navigator.locks.request = ((name: string, ...rest: ReadonlyArray<never>) => {
    names.push(name)
    return (request as (...all: ReadonlyArray<unknown>) => unknown).call(navigator.locks, name, ...rest)
  }) as typeof request
  try {
    await work()
  } finally {
    navigator.locks.request = request
  }
  return names.filter(isOfRehearsal)
}

/** The browser hands locks back a moment after they were given back. */
const whenNoneIsHeld = async (): Promise<void> => {
  for (;;) {
    const { held = [], pending = [] } = await navigator.locks.query()
    if (![...held, ...pending].some(({ name }) => isOfRehearsal(name))) return
  }
}

const foldersHere = async () => {
  const names: string[] = []
  for await (const name of (await navigator.storage.getDirectory()).keys()) names.push(name)
  return names
}

describe("a rehearsal", () => {
  it("goes as far as an engine that leads, and leaves no lock and no folder", async () => {
    const folders = await foldersHere()
    const asked = await locksAskedBy(() => rehearse(makeFileSync, new AbortController().signal))
    expect(asked.some((name) => /^livestore-filesync:rehearsal-[0-9a-f-]+$/.test(name))).to.equal(true)
    await whenNoneIsHeld()
    expect(await foldersHere()).to.deep.equal(folders)
  })

  it("ends when there is an engine, wherever it is", async () => {
    for (const turns of [0, 1, 3, 10, 30]) {
      const engine = new AbortController()
      const rehearsing = rehearse(makeFileSync, engine.signal)
      for (let turn = 0; turn < turns; turn++) await Promise.resolve()
      engine.abort()
      await rehearsing
      await whenNoneIsHeld()
    }
  })
})
