import { RemoteFailure, type RemoteStorageAdapter } from "../types/index.js"
import { type NetworkNews, type NetworkSwitch, openNetworkChannel } from "./network-switch.js"

const offlineFailure = (): RemoteFailure =>
  new RemoteFailure("Offline", "The page's script tag says `data-offline`")

/** Makes page and worker follow the switch: `navigator.onLine` and its events give the switch's answer. */
export const followNetworkSwitch = (network: NetworkSwitch, storeId: string): void => {
  const channel = openNetworkChannel(storeId)
  const follow = (): void => {
    const isOff = network.isOff()
    if (isOff) Object.defineProperty(navigator, "onLine", { configurable: true, get: () => false })
    // The browser's own answer is on the prototype.
    else Reflect.deleteProperty(navigator, "onLine")
    channel.postMessage({ isOff } satisfies NetworkNews)
    globalThis.dispatchEvent(new Event(isOff ? "offline" : "online"))
  }
  network.onChange(follow)
  if (network.isOff()) follow()
}

/** The adapter while the switch is on; while it is off nothing is sent, and what was under way ends. */
export const withNetworkSwitch = (
  adapter: RemoteStorageAdapter,
  network: NetworkSwitch,
): RemoteStorageAdapter => {
  let cut = new AbortController()
  network.onChange(() => {
    if (network.isOff()) cut.abort(offlineFailure())
    else cut = new AbortController()
  })
  const run = async (request: Cancellable, send: (request: Cancellable) => unknown): Promise<unknown> => {
    if (network.isOff()) throw offlineFailure()
    const { signal } = cut
    try {
      return await send({ ...request, signal: AbortSignal.any([request.signal, signal]) })
    } catch (cause) {
      throw signal.aborted && !request.signal.aborted ? offlineFailure() : cause
    }
  }
  const switched = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (object, name) => {
        const value: unknown = Reflect.get(object, name)
        if (typeof value === "object" && value !== null) return switched(value)
        if (typeof value !== "function") return value
        return (...args: ReadonlyArray<unknown>): unknown => {
          const call = (request: unknown): unknown =>
            Reflect.apply(value, object, [request, ...args.slice(1)])
          return isCancellable(args[0]) ? run(args[0], call) : call(args[0])
        }
      },
    })
  return switched(adapter)
}

interface Cancellable {
  readonly signal: AbortSignal
}

const isCancellable = (request: unknown): request is Cancellable =>
  (request as Partial<Cancellable> | undefined)?.signal instanceof AbortSignal
