/** The service worker asks a remote in the app's name, with the token that the page has now. */
import { expect } from "@esm-bundle/chai"
import { serviceWorkerBridge } from "../../src/client/service-worker-bridge.js"
import { registerFileSyncServiceWorker } from "../../src/service-worker/register.js"
import { httpAdapter } from "../../src/services/remote-file-storage/adapters/http.js"
import { until } from "../../src/testing/adapter-conformance/expect.js"
import { storeFolderName } from "../../src/utils/stored-path.js"
import { becomeOn, lineTo, startAt } from "./adapters/stores/line.js"
import { makeTokens } from "./adapters/stores/tokens.js"

describe("the token of the service worker", () => {
  it("is renewed with the page's", async () => {
    const { url } = await startAt<{ url: string }>("/__store/disk")
    const line = await lineTo(url)
    const { getToken } = makeTokens()
    const adapter = httpAdapter({ baseUrl: `${line.url}/api`, getToken })
    const storeId = `token-${crypto.randomUUID()}`
    const registered = await registerFileSyncServiceWorker()
    if (!registered.controlled) throw new Error(`No service worker: ${registered.reason}`)
    const through = serviceWorkerBridge({ storeId, adapter, isEnabled: true, hasOwnKeys: false })
    try {
      through.attach({
        // An engine without any record, so that the worker asks the remote.
        ensureContent: async () => false,
        getStatus: () => ({ paused: false, onlyHere: 0 }) as never,
        subscribe: () => () => undefined,
      })
      /** The token with which the worker requests a content that was not requested before. */
      const askedWith = async () => {
        const hash = `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll("-", "")
        await fetch(`/livestore-filesync-files/${storeFolderName(storeId)}/${hash}`)
        const { requests } = await line.report()
        return requests.find((request) => request.url.endsWith(hash))?.authorization
      }
      await until(async () => (await askedWith()) === "Bearer token-0", "the first token", 60_000)
      await becomeOn(line)("late-401")
      await adapter.checkHealth({ signal: new AbortController().signal })
      await becomeOn(line)("ours")
      await until(async () => (await askedWith()) === "Bearer token-1", "the renewed token", 60_000)
      expect(await askedWith()).to.equal("Bearer token-1")
    } finally {
      through.detach()
      await registered.registration.unregister()
    }
  })
})
