/** Tabs, and what each of them has in its hands: every file is changed by one tab at a time. */
import { setTimeout as delay } from "node:timers/promises"
import { planActions } from "./actions.mjs"

const opensTab = 0.35
const closesTab = 0.3
const leastActions = 3
const mostActions = 14

/** Before a round: some devices get a second tab, some lose it. */
export const arrangeTabs = async ({ random, devices, count }) => {
  for (const device of devices) {
    const isOpening = random.chance(opensTab)
    const isClosing = random.chance(closesTab)
    if (device.tabs().length === 1 && isOpening) {
      count("tab opened")
      await device.openTab()
    } else if (device.tabs().length > 1 && isClosing) {
      count("tab closed")
      await device.closeTab(device.tabs()[1])
    }
  }
}

/** Deals all files to the tabs, and plans what each does with its own; some second tabs are closed while they are at it. */
export const planHands = ({ random, devices, known, log, seed }) => {
  const hands = devices.flatMap((device) =>
    device.tabs().map((page, index) => ({ device, page, name: `${device.name}-${index + 1}`, files: [] })),
  )
  for (const file of known) random.pick(hands).files.push(file)
  return hands.map(({ device, page, name, files }, index) => {
    const count = leastActions + random.below(mostActions - leastActions + 1)
    const actions = planActions({ random, hand: name, files, count, nextNumber: log.nextNumber, seed })
    for (const action of actions) log.add(action)
    const isSecond = index > 0 && hands[index - 1].device === device
    const closesAfterMs = isSecond && random.chance(closesTab) ? random.below(3_000) : undefined
    return { device, page, actions, closesAfterMs }
  })
}

/** Lets a tab do what is planned; resolves when every call has settled, or its page has ended. */
export const runHand = async ({ device, page, actions, closesAfterMs }, { known, log, count }) => {
  if (closesAfterMs !== undefined) {
    void delay(closesAfterMs).then(() => {
      if (page.isClosed()) return undefined
      count("tab closed at work")
      return device.closeTab(page).catch(() => undefined)
    })
  }
  const resolved = await device.run(actions, known, page).catch(() => [])
  for (const report of resolved) log.note(device, page, report)
}
