import { expect } from "@esm-bundle/chai"
import { toHex } from "../src/utils/content-hash.js"
import { storeContent } from "./store-content.js"
import { forgetStore, registerStore } from "./store-registry.js"
import { findStoredFile } from "./stored-file.js"

const storeFolder = `sign-out-${crypto.randomUUID()}`
const configuration = { storeFolder, source: undefined } as unknown as Parameters<typeof registerStore>[0]

const makeContent = async () => {
  const bytes = crypto.getRandomValues(new Uint8Array(1000))
  const hash = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))
  return { hash, blob: new Blob([bytes]) }
}

interface Movable {
  move: (this: FileSystemFileHandle, ...to: unknown[]) => Promise<void>
}

describe("storing content in the service worker", () => {
  after(() => forgetStore(storeFolder))

  it("keeps what belongs to a store that a page registered", async () => {
    await registerStore(configuration)
    const { hash, blob } = await makeContent()
    expect(await storeContent(storeFolder, hash, blob)).to.equal(true)
    expect((await findStoredFile(storeFolder, hash))?.size).to.equal(1000)
  })

  it("keeps nothing when the user signs out while it is written", async function () {
    const prototype = FileSystemFileHandle.prototype as unknown as Movable
    const { move } = prototype
    if (move === undefined) return this.skip()
    await registerStore(configuration)
    const { hash, blob } = await makeContent()
    prototype.move = async function (...to) {
      await forgetStore(storeFolder)
      return move.apply(this, to)
    }
    try {
      expect(await storeContent(storeFolder, hash, blob)).to.equal(false)
    } finally {
      prototype.move = move
    }
    expect(await findStoredFile(storeFolder, hash)).to.equal(undefined)
    expect(await storeContent(storeFolder, hash, blob)).to.equal(false)
    expect(await findStoredFile(storeFolder, hash)).to.equal(undefined)
  })
})
