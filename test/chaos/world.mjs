/** A backend that can be killed, and three devices, each behind a proxy with weather of its own. */
import { startBackendProcess } from "./backend-process.mjs"
import { makeDevice } from "./device.mjs"
import { makeWeather } from "./faults.mjs"
import { startProxy } from "./proxy.mjs"
import { seededRandom } from "./random.mjs"
import { makeAssets } from "./site.mjs"
import { makeTransfers } from "./transfers.mjs"

const token = "present"

/** `onMessage(device, text, page)` gets what pages print. */
export const startWorld = async ({ seed, storeId, hasServiceWorker, onMessage, onNews }) => {
  const transfers = makeTransfers()
  const backend = await startBackendProcess({ token, onMessage: onNews })
  const assets = makeAssets()
  const proxies = new Map()
  const weathers = []
  const devices = []
  for (const [index, name] of ["one", "two", "three"].entries()) {
    // Its own, since how many requests there are is not in the seed.
    const weather = makeWeather(seededRandom(seed * 31 + index))
    const proxy = await startProxy({ device: name, port: backend.port, assets, weather, transfers })
    const url = `${proxy.url}/?storeId=${storeId}&token=${token}${hasServiceWorker ? "&sw" : ""}`
    const device = makeDevice(name, { url, onMessage, isWatched: true })
    weathers.push(weather)
    proxies.set(device, proxy)
    devices.push(device)
  }
  return {
    token,
    backend,
    devices,
    proxies,
    transfers,
    open: () => Promise.all(devices.map((device) => device.open())),
    beginWeather: () => {
      for (const weather of weathers) weather.begin()
    },
    endWeather: () => {
      for (const weather of weathers) weather.end()
    },
    /** How often each fault happened. */
    faults: () => {
      const sums = {}
      for (const { counts } of weathers)
        for (const [kind, count] of Object.entries(counts)) sums[kind] = (sums[kind] ?? 0) + count
      return sums
    },
    stop: async () => {
      await Promise.all(devices.map((device) => device.remove()))
      await Promise.all([...proxies.values()].map((proxy) => proxy.stop()))
      await backend.remove()
    },
  }
}
