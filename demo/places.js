/** The table of places: where each file is, on this device, on the server and on the second device. */
import { watchDevice } from "./device.js"
import { isOffline, setOffline } from "./drop-in.js"
import { canHaveSecond, makeSecondDevice, secondAddress } from "./second-device.js"

const longestTable = 6
const percent = new Intl.NumberFormat(undefined, { style: "percent" })
const find = (selector) => document.querySelector(selector)

const devices = { here: { offline: isOffline() }, second: undefined }
let second

/** What a device has of a file: `[state, words]`. */
const onDevice = (device, file) => {
  if (device?.isWithoutStorage) return ["failed", "no storage"]
  if (device?.files === undefined) return ["none", "starting"]
  if (file === undefined) return ["none", device.offline ? "offline" : "not yet"]
  if (file.local) return ["there", "here"]
  if (file.transfer === "downloading") return ["moving", percent.format(file.progress)]
  return ["none", file.transfer === "queued-download" ? "waiting" : "when shown"]
}

/** What the server has, as far as either device knows. */
const onServer = (files) => {
  const known = files.filter((file) => file !== undefined)
  if (known.some(({ remote }) => remote)) return ["there", "stored"]
  const sent = known.find(({ transfer }) => transfer === "uploading")
  if (sent !== undefined) return ["moving", percent.format(sent.progress)]
  return known.some(({ transfer }) => transfer === "error") ? ["failed", "stopped"] : ["none", "waiting"]
}

const rowsOf = ({ here, second: other }) => {
  const byId = (device) => new Map((device?.files ?? []).map((file) => [file.id, file]))
  const [ours, theirs] = [byId(here), byId(other)]
  const all = new Map([...theirs, ...ours])
  const newestFirst = [...all.values()].toSorted((one, two) => two.createdAt - one.createdAt)
  const rows = newestFirst.slice(0, longestTable).map(({ id, name }) => ({
    name,
    cells: [
      onDevice(here, ours.get(id)),
      onServer([ours.get(id), theirs.get(id)]),
      ...(second === undefined ? [] : [onDevice(other, theirs.get(id))]),
    ],
  }))
  return { rows, more: newestFirst.length - rows.length }
}

const element = (name, properties, ...children) => {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

/** LiveStore's longest pause before it connects again, and what comes after it. */
const reconnectMs = 45_000
const reconnectingWords =
  "LiveStore connects again. After several breaks in a short time it waits longer, at most half a minute."
let backAt = Number.NEGATIVE_INFINITY

/** A device has come back: until everything is everywhere, the page says what it waits for. */
const noteBack = () => {
  backAt = performance.now()
  setTimeout(show, reconnectMs)
}

const showReconnecting = (rows) => {
  const isWaiting = rows.some(({ cells }) => cells.some(([state]) => state !== "there"))
  const isRecent = performance.now() - backAt < reconnectMs
  find("#reconnecting").textContent = isWaiting && isRecent ? reconnectingWords : ""
}

let shown = ""
const show = () => {
  for (const [button, device] of [
    [find("#offline-here"), devices.here],
    [find("#offline-second"), devices.second],
  ]) {
    button.disabled = device === undefined || device.isWithoutStorage === true
    button.textContent = device?.offline ? "Come back" : "Go offline"
    button.closest("th").classList.toggle("offline", device?.offline === true)
  }
  find("#no-storage").hidden = devices.second?.isWithoutStorage !== true
  const { rows, more } = rowsOf(devices)
  showReconnecting(rows)
  const present = JSON.stringify([rows, more])
  if (present === shown) return
  shown = present
  find("#places tbody").replaceChildren(
    ...rows.map(({ name, cells }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row" }, element("bdi", { textContent: name })),
        ...cells.map(([state, words]) => element("td", { className: state, textContent: words })),
      ),
    ),
  )
  find("#places").classList.toggle("empty", rows.length === 0)
  find("#more-places").textContent = more > 0 ? `and ${more} more` : ""
}

const openSecond = () => {
  second = makeSecondDevice((device) => {
    devices.second = device
    show()
  })
  find("#second").append(second.frame)
}

const closeSecond = () => {
  second.remove()
  second = undefined
  devices.second = undefined
}

const showSecond = (wanted) => {
  if (wanted) openSecond()
  else closeSecond()
  document.documentElement.classList.toggle("two-devices", wanted)
  find("#toggle-second").textContent = wanted ? "Hide the second device" : "Show a second device"
  show()
}

/** Fills the table; where the window has room for it, the second device is there at once. */
export const showPlaces = () => {
  find("#places").hidden = false
  find("#offline-here").addEventListener("click", () => {
    setOffline(!isOffline())
    if (!isOffline()) noteBack()
    devices.here = { ...devices.here, offline: isOffline() }
    show()
  })
  find("#offline-second").addEventListener("click", () => {
    if (devices.second.offline) noteBack()
    second.setOffline(!devices.second.offline)
  })
  find("#toggle-second").hidden = !canHaveSecond
  find("#second-address").href = secondAddress
  find("#toggle-second").addEventListener("click", () => {
    showSecond(second === undefined)
    // On a phone it is below everything else.
    find("#second").scrollIntoView({ block: "nearest" })
  })
  addEventListener("storage", () => {
    devices.here = { ...devices.here, offline: isOffline() }
    show()
  })
  if (canHaveSecond && matchMedia("(min-width: 75rem)").matches) showSecond(true)
  else show()
  return watchDevice((device) => {
    devices.here = device
    show()
  })
}
