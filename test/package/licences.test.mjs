import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { fileURLToPath } from "node:url"
import { bundledPackages, licenceProblems, thirdPartyText } from "../../scripts/build/third-party.mjs"

const root = fileURLToPath(new URL("../../", import.meta.url))
const packages = await bundledPackages()

describe("software of others inside the package", () => {
  it("is under licences that allow it, and their texts are there", () => {
    assert.ok(packages.some(({ name }) => name === "effect"))
    assert.deepEqual(licenceProblems(packages), [])
    const [one] = packages
    assert.equal(licenceProblems([{ ...one, license: "GPL-3.0" }]).length, 1)
    assert.equal(licenceProblems([{ ...one, text: undefined }]).length, 1)
  })

  it("is what THIRD-PARTY.md says, here and beside the script-tag build (`npm run licences` writes it)", () => {
    const text = thirdPartyText(packages)
    for (const path of ["THIRD-PARTY.md", "dist/cdn/THIRD-PARTY.md"]) {
      assert.ok(existsSync(join(root, path)), `${path} is missing`)
      assert.equal(readFileSync(join(root, path), "utf8"), text, path)
    }
  })
})
