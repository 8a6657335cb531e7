import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"

const { packages } = JSON.parse(readFileSync(new URL("../../package-lock.json", import.meta.url), "utf8"))

/** Where Node looks for a package that is required from this place: beside it, then further up. */
const placesOf = (from, name) => {
  const places = []
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    places.push(at === "" ? `node_modules/${name}` : `${at}/node_modules/${name}`)
    if (at === "") return places
  }
}

describe("the lockfile", () => {
  it("holds the binaries of every platform, not only of the one it was made on", () => {
    const wanted = Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).map((name) => ({ from, name })),
    )
    const missing = wanted.filter(({ from, name }) =>
      placesOf(from, name).every((place) => !(place in packages)),
    )
    assert.ok(wanted.length > 50)
    assert.deepEqual(missing, [], "`npm install --package-lock-only` without node_modules adds them")
  })

  it("names no registry", () => {
    assert.deepEqual(
      Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined),
      [],
    )
  })
})
