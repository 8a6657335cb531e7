import { expect } from "@esm-bundle/chai"
import { sha256, startSha256 } from "./sha256.js"

const random = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size)
  for (let offset = 0; offset < size; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, Math.min(size, offset + 65_536)))
  }
  return bytes
}

const digestOf = async (...pieces: ReadonlyArray<Uint8Array>): Promise<string> => {
  const hasher = await startSha256()
  for (const piece of pieces) hasher.update(piece)
  return hasher.digest()
}

describe("startSha256", () => {
  it("knows the published vectors", async () => {
    const digest = (text: string) => digestOf(new TextEncoder().encode(text))
    expect(await digest("")).to.equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    expect(await digest("abc")).to.equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    expect(await digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).to.equal(
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    )
    expect(await digest("a".repeat(1_000_000))).to.equal(
      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    )
  })

  it("agrees with the browser at every length around a block", async () => {
    for (let size = 0; size <= 200; size++) {
      const bytes = random(size)
      expect(await digestOf(bytes), `${size} bytes`).to.equal(await sha256(bytes))
    }
  })

  it("gives the same wherever the bytes are cut in two", async () => {
    const bytes = random(200)
    const expected = await sha256(bytes)
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await digestOf(bytes.subarray(0, cut), bytes.subarray(cut)), `cut at ${cut}`).to.equal(expected)
    }
  })

  it("takes pieces of any size, larger than its room and as views into a larger buffer", async () => {
    const bytes = random(1_000_037)
    const pieces: Uint8Array[] = []
    let offset = 0
    for (const size of [1, 63, 64, 65, 3, 0, 65_536, 65_535, 200_001]) {
      pieces.push(bytes.subarray(offset, offset + size))
      offset += size
    }
    expect(await digestOf(...pieces, bytes.subarray(offset))).to.equal(await sha256(bytes))
  })

  it("keeps hashes that are under way at the same time apart", async () => {
    const [one, other] = [random(1000), random(1000)]
    const [first, second] = [await startSha256(), await startSha256()]
    for (let offset = 0; offset < 1000; offset += 100) {
      first.update(one.subarray(offset, offset + 100))
      second.update(other.subarray(offset, offset + 100))
    }
    expect(first.digest()).to.equal(await sha256(one))
    expect(second.digest()).to.equal(await sha256(other))
  })

  it("counts bits beyond 32 bits", async () => {
    // 512 MiB are 2^32 bits. Expected value from OpenSSL: `head -c 536870912 /dev/zero | sha256sum`.
    const zeros = new Uint8Array(16 * 1024 * 1024)
    const hasher = await startSha256()
    for (let count = 0; count < 32; count++) hasher.update(zeros)
    expect(hasher.digest()).to.equal("9acca8e8c22201155389f65abbf6bc9723edc7384ead80503839f49dcc56d767")
  })
})
