import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { projectRoot } from "../../scripts/ensure-installed.mjs"
import { withFault } from "../mutation/apply-fault.mjs"
import { faults } from "../mutation/faults.mjs"

describe("the seeded faults of test/mutation", () => {
  it("each have a name of their own", () => {
    assert.equal(new Set(faults.map(({ name }) => name)).size, faults.length)
  })

  it("each find their place in the code, once", () => {
    for (const fault of faults) assert.doesNotThrow(() => withFault(fault))
  })

  it("name tests that are there", () => {
    for (const { name, tests } of faults) {
      assert.notEqual(tests.length, 0, name)
      for (const file of tests) assert.ok(existsSync(join(projectRoot, file)), `${name}: ${file}`)
    }
  })
})
