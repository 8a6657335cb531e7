import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { storeFolderName } from "../src/utils/stored-path.js"
import { contentHashOfKey, isContentKey, isPlainKey } from "./object-key.js"

const hash = "0123456789abcdef".repeat(4)

const contentKeys: ReadonlyArray<readonly [key: string, expected: boolean]> = [
  [`acme/${hash}`, true],
  [`acme/photos/${hash}`, true],
  [`A-b_9/${hash}`, true],
  [`my%20app/${hash}`, true],
  [`a%2Fb/${hash}`, true],
  [`${"x".repeat(250)}/${hash}`, true],
  [`${"x".repeat(251)}/${hash}`, false],
  [hash, false],
  [`/${hash}`, false],
  [`acme/${hash}/`, false],
  [`acme//${hash}`, false],
  [`acme/${hash.slice(1)}`, false],
  [`acme/${hash}0`, false],
  [`acme/${hash.toUpperCase()}`, false],
  [`acme/${hash}\n`, false],
  [`./${hash}`, false],
  [`../${hash}`, false],
  [`a.b/${hash}`, false],
  [`.filesync/uploads/${hash}`, false],
  [`a%2fb/${hash}`, false],
  [`%41cme/${hash}`, false],
  [`%/${hash}`, false],
  [`%zz/${hash}`, false],
  [`%FF/${hash}`, false],
  [`a b/${hash}`, false],
  [`ü/${hash}`, false],
  [`a\\b/${hash}`, false],
  [`a\u0000/${hash}`, false],
  ["", false],
]

describe("isContentKey", () => {
  for (const [key, expected] of contentKeys) {
    it(`${expected ? "takes" : "refuses"} ${JSON.stringify(key.replace(hash, "<hash>"))}`, () => {
      assert.equal(isContentKey(key), expected)
    })
  }
  it("takes the folder of any store", () => {
    for (const storeId of ["app", "a/b", "a.b", "..", "ü", "日本", "!~*'()", "a%b", "😀", " "]) {
      assert.ok(isContentKey(`${storeFolderName(storeId)}/${hash}`), storeId)
    }
  })
})

describe("contentHashOfKey", () => {
  it("reads the last segment, when it is a hash", () => {
    assert.equal(contentHashOfKey(`a/b/${hash}`), hash)
    assert.equal(contentHashOfKey(hash), hash)
    assert.equal(contentHashOfKey(`${hash}/x`), undefined)
    assert.equal(contentHashOfKey(`a/${hash}0`), undefined)
  })
})

describe("isPlainKey", () => {
  it("takes names with dots inside, and no way out of a folder", () => {
    for (const key of ["a", "a/b.png", "a-b/c_d/e.tar.gz"]) assert.ok(isPlainKey(key), key)
    for (const key of ["", "/a", "a/", "a//b", ".a", "a/..", "a/.b", "a b", "a%2Fb", "ü", "a\\b", "a\n"]) {
      assert.ok(!isPlainKey(key), key)
    }
  })
})
