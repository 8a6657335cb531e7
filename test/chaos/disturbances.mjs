/** What happens to devices and backend during a round: all of it is chosen at its beginning, so that a seed says it. */
import { setTimeout as delay } from "node:timers/promises"
import { isSettled } from "./settle.mjs"

const dayMs = 24 * 60 * 60 * 1000
const endings = { kill: 4, close: 3, reload: 3, lose: 1 }
/** How long a device that is to be lost gets to say that all is well. */
const calmMs = 20_000
const lookEveryMs = 300

/** A device that says that everything of it is elsewhere may be thrown away. */
const waitForCalm = async (device) => {
  for (const endAt = Date.now() + calmMs; Date.now() < endAt; ) {
    if (isSettled(await device.look())) return true
    await delay(lookEveryMs)
  }
  return false
}

/**
 * Ends one device at a random moment, and often again while it opens: in the way that is `asked` for, or another. `count` gets
 * each kind; resolves with a description.
 */
export const planEnding = ({ random, devices, count, asked }) => {
  const victim = random.pick(devices)
  const kind = asked ?? random.weighted(endings)
  const isAgain = kind !== "reload" && random.chance(0.3)
  const waits = { first: 50 + random.below(2_500), closed: random.below(1_000), again: random.below(4_000) }
  const opensLate = random.chance(0.4)

  const run = async ({ ownHands, otherHands }) => {
    let ending = kind
    await delay(waits.first)
    if (kind === "lose") {
      await ownHands
      if (!(await waitForCalm(victim))) ending = "kill"
    }
    count(ending)
    await victim.end(ending === "lose" ? "kill" : ending)
    if (ending === "lose") victim.wipe()
    if (opensLate) await otherHands
    await delay(waits.closed)
    if (isAgain) {
      await victim.open({ untilReady: false })
      await delay(waits.again)
      await victim.end("kill")
      count("kill while it opens")
    }
    if (kind !== "reload") await victim.open()
    return `${victim.name} ${ending}${isAgain ? ", kill while it opens" : ""}`
  }
  return { victim, run }
}

/** Each chooses what it disturbs: `{ device, disturb }`. All is as before when `disturb` resolves, but the clock. */
const makers = {
  "backend stopped": ({ random, backend }) => {
    const awayMs = 500 + random.below(5_000)
    const disturb = async () => {
      await backend.stop()
      await delay(awayMs)
      await backend.start()
    }
    return { disturb }
  },
  "backend killed": ({ random, backend }) => {
    const awayMs = random.below(4_000)
    const disturb = async () => {
      await backend.kill()
      await delay(awayMs)
      await backend.start()
    }
    return { disturb }
  },
  "network cut": ({ random, devices, proxies }) => {
    const device = random.pick(devices)
    const proxy = proxies.get(device)
    const forMs = 500 + random.below(6_000)
    const disturb = async () => {
      proxy.cut()
      await delay(forMs)
      proxy.restore()
    }
    return { device, disturb }
  },
  "signed out": ({ random, devices, proxies, token }) => {
    const device = random.pick(devices)
    const forMs = 1_000 + random.below(6_000)
    const disturb = async () => {
      await device.setToken("ended")
      // The connection that stands was let in before.
      proxies.get(device).dropAll()
      await delay(forMs)
      await device.setToken(token)
      if (device.isOpen()) await Promise.race([device.retry(), delay(5_000)])
    }
    return { device, disturb }
  },
  "service worker unregistered": ({ random, devices }) => {
    const device = random.pick(devices)
    const disturb = () => device.unregisterServiceWorkers()
    return { device, disturb }
  },
  "tab frozen": ({ random, others }) => {
    const device = random.pick(others)
    const forMs = 1_000 + random.below(9_000)
    const isFirst = random.chance(0.5)
    const disturb = async () => {
      const page = isFirst ? device.tabs()[0] : device.tabs().at(-1)
      if (page === undefined) return
      await device.setFrozen(page, true)
      await delay(forMs)
      await device.setFrozen(page, false)
    }
    return { device, disturb }
  },
  "tabs hidden": ({ random, devices }) => {
    const device = random.pick(devices)
    const forMs = 500 + random.below(5_000)
    const disturb = async () => {
      await device.setHidden(true)
      await delay(forMs)
      await device.setHidden(false)
    }
    return { device, disturb }
  },
  "clock moved": ({ random, devices }) => {
    const device = random.pick(devices)
    const offsetMs = Math.round((random.below(2_001) / 1_000 - 1) * 3 * dayMs)
    const disturb = () => device.moveClock(offsetMs)
    return { device, disturb }
  },
}

const probabilities = {
  "backend stopped": 0.15,
  "backend killed": 0.15,
  "network cut": 0.3,
  "signed out": 0.25,
  "service worker unregistered": 0.15,
  "tab frozen": 0.3,
  "tabs hidden": 0.3,
  "clock moved": 0.25,
}

/** The disturbances of a round, as `{ name, device?, run }`; each resolves when it is over. `others`: the devices that are not ended. */
export const planDisturbances = ({ random, count, ...world }) => {
  const planned = Object.entries(makers).flatMap(([name, make]) => {
    const happens = random.chance(probabilities[name])
    const afterMs = random.below(4_000)
    const { device, disturb } = make({ random, ...world })
    const run = async () => {
      await delay(afterMs)
      count(name)
      await disturb()
    }
    return happens ? [{ name, device, run }] : []
  })
  // There is one backend.
  const isStopped = planned.some(({ name }) => name === "backend stopped")
  return planned.filter(({ name }) => !isStopped || name !== "backend killed")
}
