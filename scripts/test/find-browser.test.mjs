import assert from "node:assert/strict"
import { spawnSync } from "node:child_process"
import { describe, it } from "node:test"
import { playwrightProgram } from "../find-browser.mjs"

describe("finding a browser", () => {
  it("finds a Playwright program that can install one", () => {
    const { stdout, status } = spawnSync(process.execPath, [playwrightProgram(), "install", "--help"], {
      encoding: "utf8",
    })
    assert.equal(status, 0)
    assert.match(stdout, /install \[options\]/)
  })
})
