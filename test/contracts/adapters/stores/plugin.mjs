/** Test-server paths at which the adapter tests get real stores and faulty proxies in front of them. */
import { startFaultyLine } from "./faulty-line.mjs"
import { makeRealStores } from "./real-stores.mjs"

/**
 * `GET /__line?target=URL` starts a faulty proxy; `GET /__store/disk` and `GET /__store/s3` start our server over such
 * a store (`?server=swift` takes OpenStack Swift instead of Ceph). All answer `{ "url" }`, or `{ "missing" }` with the
 * reason why there is none here.
 */
export const adapterStoresPlugin = () => {
  const stores = makeRealStores()
  const lines = []
  const startLine = async (target) => {
    const line = await startFaultyLine(target)
    lines.push(line)
    return { url: line.url }
  }
  return {
    name: "adapter-stores",
    async serve(context) {
      const answers = {
        "/__line": () => startLine(context.query.target),
        "/__store/disk": stores.disk,
        "/__store/s3": () => stores.s3(context.query),
      }
      const answer = await answers[context.path]?.()
      // Never cached: each call starts something new.
      return (
        answer && { body: JSON.stringify(answer), type: "json", headers: { "Cache-Control": "no-store" } }
      )
    },
    async serverStop() {
      for (const line of lines.splice(0)) await line.stop()
      await stores.stop()
    },
  }
}
