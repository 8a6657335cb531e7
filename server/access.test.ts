import assert from "node:assert/strict"
import { describe, it } from "node:test"
import { type AccessDecision, bearerTokens, mayAccess, type Permission, sameSecret } from "./access.js"

const prefixes = (...list: ReadonlyArray<string>): AccessDecision => ({ kind: "prefixes", prefixes: list })

const table: ReadonlyArray<
  readonly [decision: AccessDecision, permission: Permission, key: string, expected: boolean]
> = [
  [{ kind: "all" }, "delete", "any/key", true],
  [{ kind: "all", permissions: ["read"] }, "read", "any/key", true],
  [{ kind: "all", permissions: ["read"] }, "write", "any/key", false],
  [{ kind: "all", permissions: [] }, "read", "any/key", false],
  [{ kind: "denied" }, "read", "any/key", false],
  [prefixes("acme"), "write", "acme/key", true],
  [prefixes("acme/"), "write", "acme/key", true],
  [prefixes("acme"), "read", "acme2/key", false],
  [prefixes("acme"), "read", "acme", false],
  [prefixes("acme"), "read", "x/acme/key", false],
  [prefixes("acme"), "read", "ACME/key", false],
  [prefixes("acme/photos"), "read", "acme/key", false],
  [prefixes("acme/photos"), "read", "acme/photos/key", true],
  [prefixes("other", "acme"), "read", "acme/key", true],
  [prefixes(), "read", "acme/key", false],
  [prefixes(""), "read", "acme/key", false],
  [prefixes("/"), "read", "acme/key", false],
]

describe("mayAccess", () => {
  for (const [decision, permission, key, expected] of table) {
    it(`${expected ? "permits" : "refuses"} to ${permission} ${key} by ${JSON.stringify(decision)}`, () => {
      assert.equal(mayAccess(decision, permission, key), expected)
    })
  }
})

describe("bearerTokens", () => {
  const authorize = bearerTokens([
    { token: "one", decision: prefixes("a") },
    { token: "", decision: { kind: "all" } },
  ])
  const decide = (header: string | null) =>
    authorize(new Request("https://x.example", header === null ? {} : { headers: { Authorization: header } }))

  it("knows a token whatever the case of its scheme", async () => {
    for (const header of ["Bearer one", "bearer one", "BEARER  one"]) {
      assert.deepEqual(await decide(header), prefixes("a"), header)
    }
  })
  it("lets nothing else in, above all not an empty token", async () => {
    for (const header of [
      null,
      "",
      "Bearer",
      "Bearer ",
      "Bearer two",
      "Bearer one two",
      "Basic one",
      "one",
    ]) {
      assert.deepEqual(await decide(header), { kind: "denied", status: 401 }, String(header))
    }
  })
})

describe("sameSecret", () => {
  it("compares whole secrets", async () => {
    assert.equal(await sameSecret("secret", "secret"), true)
    for (const other of ["secre", "secrets", "Secret", ""])
      assert.equal(await sameSecret("secret", other), false)
  })
})
