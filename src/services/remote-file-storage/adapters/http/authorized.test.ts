import { expect } from "@esm-bundle/chai"
import { RemoteFailure } from "../../../../types/index.js"
import { makeAuthorized } from "./authorized.js"

const { signal } = new AbortController()

const refused = () => new RemoteFailure("Unauthorized", "Who is it?", { status: 401 })

const failureOf = (given: Promise<unknown>): Promise<unknown> =>
  given.then(
    () => undefined,
    (error: unknown) => error,
  )

describe("requests in the app's name", () => {
  it("count a token that cannot be fetched as a lost connection", async () => {
    const cause = new TypeError("Failed to fetch")
    const { run, headers } = makeAuthorized({ getToken: () => Promise.reject(cause) })
    for (const call of [run(signal, async () => "answer"), headers()])
      expect(await failureOf(call)).to.include({ name: "RemoteFailure", reason: "Offline", cause })
    const thrown = makeAuthorized({
      getToken: () => {
        throw cause
      },
    })
    expect(await failureOf(thrown.run(signal, async () => "answer"))).to.include({ reason: "Offline" })
  })

  it("count a token that cannot be refreshed as a lost connection", async () => {
    const { run } = makeAuthorized({
      getToken: ({ refresh }) => (refresh ? Promise.reject(new TypeError("Failed to fetch")) : "old"),
    })
    expect(await failureOf(run(signal, () => Promise.reject(refused())))).to.include({ reason: "Offline" })
  })

  it("pass on the reason that the app gives", async () => {
    const signedOut = new RemoteFailure("Unauthorized", "Signed out")
    const { run } = makeAuthorized({ getToken: () => Promise.reject(signedOut) })
    expect(await failureOf(run(signal, async () => "answer"))).to.equal(signedOut)
  })

  it("refresh nothing for a refusal that comes after another request has refreshed", async () => {
    let token = "old"
    let refreshes = 0
    const { run } = makeAuthorized({
      getToken: ({ refresh }) => {
        if (refresh) token = `new ${++refreshes}`
        return token
      },
    })
    let refuseLate = (): void => undefined
    const late = new Promise<never>((_, reject) => {
      refuseLate = () => reject(refused())
    })
    const answer = (slow: boolean) => async (headers: Record<string, string>) => {
      if (headers["Authorization"] !== "Bearer old") return headers["Authorization"]
      if (slow) return late
      throw refused()
    }
    const slow = run(signal, answer(true))
    expect(await run(signal, answer(false))).to.equal("Bearer new 1")
    refuseLate()
    expect(await slow).to.equal("Bearer new 1")
    expect(refreshes).to.equal(1)
  })

  it("share one refresh between requests that are refused together", async () => {
    let refreshes = 0
    const { run } = makeAuthorized({ getToken: ({ refresh }) => (refresh ? `new ${++refreshes}` : "old") })
    const answer = async (headers: Record<string, string>) => {
      if (headers["Authorization"] === "Bearer old") throw refused()
      return headers["Authorization"]
    }
    const answers = await Promise.all([run(signal, answer), run(signal, answer)])
    expect(answers).to.deep.equal(["Bearer new 1", "Bearer new 1"])
    expect(refreshes).to.equal(1)
  })
})
