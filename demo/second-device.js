/**
 * The second device: this same page in a frame, under the machine's other name. For a browser `localhost` and
 * `127.0.0.1` are two sites, so the frame has a storage, a service worker and a LiveStore of its own.
 */
import { setOffline, storeId } from "./drop-in.js"

const otherNames = { localhost: "127.0.0.1", "127.0.0.1": "localhost" }
const otherName = otherNames[location.hostname]
const otherOrigin =
  otherName === undefined ? undefined : location.origin.replace(location.hostname, otherName)

/** Whether this page is the second device, in the frame of the first. */
export const isSecond = new URL(location.href).searchParams.has("second") && parent !== window

/** Whether this page could have a second device beside it: a page on a server of its own has no other name. */
export const canHaveSecond = otherOrigin !== undefined && !isSecond

/** The same in a tab of its own, for browsers that give a frame no storage. */
export const secondAddress = `${otherOrigin}/?${new URLSearchParams({ storeId })}`

/** The frame with the second device; `onDevice` is called with what it says of itself. */
export const makeSecondDevice = (onDevice) => {
  const frame = document.createElement("iframe")
  frame.title = "Second device"
  frame.src = `${otherOrigin}/?${new URLSearchParams({ storeId, second: "" })}`
  const onMessage = ({ source, origin, data }) => {
    if (source === frame.contentWindow && origin === otherOrigin) onDevice(data)
  }
  addEventListener("message", onMessage)
  return {
    frame,
    setOffline: (offline) => frame.contentWindow.postMessage({ offline }, otherOrigin),
    remove: () => {
      removeEventListener("message", onMessage)
      frame.remove()
    },
  }
}

/** As the second device: reports to the first, and follows its switch. */
export const followFirst = (watchDevice) => {
  let latest
  const report = (device) => {
    latest = device
    parent.postMessage(device, otherOrigin)
  }
  addEventListener("message", ({ source, origin, data }) => {
    if (source !== parent || origin !== otherOrigin) return
    setOffline(data.offline === true)
    report({ ...latest, offline: data.offline === true })
  })
  return watchDevice(report)
}
