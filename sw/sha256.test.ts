import { expect } from "@esm-bundle/chai"
import { toHex } from "../src/utils/content-hash.js"
import { startSha256 } from "./sha256.js"

const random = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let offset = 0; offset < size; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, Math.min(size, offset + 65_536)))
  }
  return bytes
}

const native = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))

describe("startSha256", () => {
  it("knows the published vectors", () => {
    const digest = (text: string) => startSha256().digest(new TextEncoder().encode(text))
    expect(digest("")).to.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    expect(digest("abc")).to.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    expect(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).to.equal(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    )
  })

  it("agrees with the browser at every length around a block", async () => {
    for (let size = 0; size <= 200; size++) {
      const bytes = random(size)
      const whole = size - (size % 64)
      const hash = startSha256()
      hash.update(bytes.subarray(0, whole))
      expect(hash.digest(bytes.subarray(whole)), `${size} bytes`).to.equal(await native(bytes))
    }
  })

  it("gives the same for any pieces, also when they are views into a larger buffer", async () => {
    const bytes = random(1_000_037)
    const hash = startSha256()
    let offset = 0
    for (const blocks of [1, 2, 1000, 3, 14_000]) {
      hash.update(bytes.subarray(offset, offset + blocks * 64))
      offset += blocks * 64
    }
    expect(hash.digest(bytes.subarray(offset))).to.equal(await native(bytes))
  })
})
