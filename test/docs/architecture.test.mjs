import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, it } from "node:test"
import { projectRoot } from "../../scripts/ensure-installed.mjs"

const page = readFileSync(join(projectRoot, "docs/architecture.md"), "utf8")

/** What the page names in backquotes that looks like a path of this project. */
const paths = [
  ...new Set(
    [...page.matchAll(/`((?:src|components|sw|server|scripts|test|decisions|docs)\/[^`\s]*)`/g)].map(
      ([, path]) => path,
    ),
  ),
]

describe("docs/architecture.md", () => {
  it("names places", () => assert.ok(paths.length > 20))

  for (const path of paths) {
    it(`is right that there is ${path}`, () => assert.ok(existsSync(join(projectRoot, path))))
  }
})
