import { type NetworkNews, openNetworkChannel } from "./network-switch.js"

/** The page's network switch, as the worker that syncs sees it. */
export interface WorkerNetwork {
  /** Resolves when the switch is on. */
  readonly whenOn: () => Promise<void>
  /** Calls back when it goes off; returns the unsubscribe. */
  readonly onOff: (listener: () => void) => () => void
}

/** Follows the switch of the store's pages, which was off when the worker was started, or was not. */
export const watchNetwork = (storeId: string, wasOff: boolean): WorkerNetwork => {
  let isOff = wasOff
  const waiting = new Set<() => void>()
  const cutting = new Set<() => void>()
  openNetworkChannel(storeId).addEventListener("message", ({ data }: MessageEvent<Partial<NetworkNews>>) => {
    if (typeof data?.isOff !== "boolean") return
    ;({ isOff } = data)
    const notified = isOff ? cutting : waiting
    for (const notify of notified) notify()
    if (!isOff) waiting.clear()
  })
  return {
    whenOn: () => new Promise((resolve) => (isOff ? waiting.add(resolve) : resolve())),
    onOff: (listener) => {
      cutting.add(listener)
      return () => cutting.delete(listener)
    },
  }
}
