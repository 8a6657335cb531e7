import { expect } from "@esm-bundle/chai"
import { classicOptions, findOwnUrl } from "./classic-options.js"

const worker = "https://app.example/sw.js"

/** What each engine writes for a script at that address. */
const stacks = (url: string): ReadonlyArray<readonly [string, string]> => [
  ["Chromium", `Error\n    at ${url}:1:2345\n    at ${url}:1:99`],
  ["Chromium, in a function", `Error\n    at Object.run (${url}:1:2345)\n    at ${worker}:1:1`],
  ["Firefox", `@${url}:1:2345\n@${worker}:1:1\n`],
  ["Safari", `global code@${url}:1:2345\nimportScripts@[native code]\nglobal code@${worker}:1:14`],
]

describe("classicOptions", () => {
  for (const [engine, stack] of stacks("https://cdn.example:8443/v1/filesync-sw.js")) {
    it(`finds the shared worker beside a script from another origin (${engine})`, () => {
      expect(classicOptions(findOwnUrl(stack), worker)).to.deep.equal({
        onlyFiles: false,
        sharedWorkerUrl: "https://cdn.example:8443/v1/shared-worker.js",
      })
    })
  }

  for (const [engine, stack] of stacks(worker)) {
    it(`routes other requests past a worker that is only ours (${engine})`, () => {
      expect(classicOptions(findOwnUrl(stack), worker)).to.deep.equal({
        onlyFiles: true,
        sharedWorkerUrl: undefined,
      })
    })
  }

  for (const [engine, stack] of stacks("https://app.example/vendor/filesync-sw.js")) {
    it(`leaves other requests to the worker that imports it (${engine})`, () => {
      expect(classicOptions(findOwnUrl(stack), worker).onlyFiles).to.equal(false)
    })
  }

  for (const [engine, stack] of stacks("https://cdn.example/filesync-sw.js?only-files")) {
    it(`believes an importing worker that says it serves nothing else (${engine})`, () => {
      expect(classicOptions(findOwnUrl(stack), worker)).to.deep.equal({
        onlyFiles: true,
        sharedWorkerUrl: "https://cdn.example/shared-worker.js",
      })
    })
  }

  it("uses the defaults when the engine gives no stack", () => {
    expect(classicOptions(findOwnUrl(""), worker)).to.deep.equal({})
  })
})
