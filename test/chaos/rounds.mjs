/**
 * Three devices on one store save, update and delete, while one of them is closed, killed or reloaded at a random moment, and
 * often again while it opens. After each round all of them list the same, which is what was done, and all of it is uploaded.
 */
import { setTimeout as delay } from "node:timers/promises"
import { makeExpectedFiles } from "./expected-files.mjs"
import { seededRandom } from "./random.mjs"
import { makeDevice, startBackend } from "./world.mjs"

const settleMs = 180_000
const lookEveryMs = 500
const mostFiles = 30

const endings = { kill: 4, close: 3, reload: 3 }

const isSettled = (one) =>
  one?.files !== undefined &&
  one.state === "idle" &&
  one.store === "open" &&
  one.unsynced + one.onlyHere + one.failed === 0 &&
  one.files.every(({ isUploaded }) => isUploaded)

/** One chaos: `seed` decides everything but time. `say` gets a sentence per round. */
export const startChaos = async ({ seed, say }) => {
  const random = seededRandom(seed)
  const backend = await startBackend()
  const expected = makeExpectedFiles()
  const operations = []
  const messages = []
  const counts = { rounds: 0, operations: 0, unresolved: 0, rejected: 0, endings: {} }
  const startedAt = Date.now()
  let lastMessages = 0

  const note = ({ number, event, id, cause }) => {
    const operation = operations[number]
    if (operation === undefined || operation.isSettled) return
    if (event === "began") {
      if (!operation.hasBegun) expected.began(operation)
      operation.hasBegun = true
    } else if (event === "resolved") {
      if (!operation.isResolved) expected.resolved(operation, id)
      operation.isResolved = true
    } else {
      counts.rejected += 1
      messages.push(`operation ${operation.kind} ${operation.name}: ${cause}`)
    }
  }
  const onMessage = (device, text) => {
    const report = /^operation (.*)$/.exec(text)?.[1]
    if (report === undefined)
      messages.push(`${new Date().toISOString().slice(11, 23)} ${device.name}: ${text}`)
    else note(JSON.parse(report))
  }
  const storeId = `chaos-${seed}-${startedAt}`
  const url = `${backend.url}?storeId=${storeId}${random.chance(0.5) ? "&sw" : ""}`
  const devices = ["one", "two", "three"].map((name) => makeDevice(name, { url, onMessage }))

  /** What a device is going to do: each file is in the hands of one device. */
  const plan = (files, device) => {
    const own = new Set(files)
    const count = 2 + random.below(9)
    return Array.from({ length: count }, () => {
      const isMany = own.size > mostFiles / devices.length
      const kind = own.size === 0 ? "save" : random.weighted({ save: 4, update: 3, delete: isMany ? 6 : 1 })
      const number = operations.length
      const name = kind === "save" ? `${device.name}-${number}.txt` : random.pick([...own])
      if (kind === "delete") own.delete(name)
      else own.add(name)
      const text = `${seed} ${number} ${name}`
      const operation = { number, kind, name, text, afterMs: random.chance(0.5) ? 0 : random.below(200) }
      operations.push(operation)
      return operation
    })
  }
  const deal = () => {
    const hands = devices.map(() => [])
    for (const [name] of expected.known()) random.pick(hands).push(name)
    return devices.map((device, index) => plan(hands[index], device))
  }

  const agree = async () => {
    const endAt = Date.now() + settleMs
    for (;;) {
      const looks = await Promise.all(devices.map((device) => device.look()))
      const lists = looks.map((one) => JSON.stringify(one?.files))
      const faults = isSettled(looks[0]) ? expected.faults(looks[0].files) : []
      if (looks.every(isSettled) && new Set(lists).size === 1 && faults.length === 0) return looks[0].files
      if (Date.now() > endAt) {
        const found = looks.map((one, index) => {
          const listed = one?.files === undefined ? [] : expected.faults(one.files)
          const { files, ...rest } = one ?? {}
          return `${devices[index].name}: ${files?.length} files, ${JSON.stringify(rest)}; ${listed.join(", ")}`
        })
        const said = await Promise.all(devices.map((device) => device.diagnose(storeId)))
        found.push(...said.map((one, index) => `${devices[index].name}: ${one}`))
        throw new Error(`the devices do not agree:\n${found.join("\n")}\n${messages.slice(-60).join("\n")}`)
      }
      await delay(lookEveryMs)
    }
  }

  const runRound = async () => {
    const victim = random.pick(devices)
    const ending = random.weighted(endings)
    const isAgain = ending !== "reload" && random.chance(0.3)
    const waits = { first: 50 + random.below(1_500), closed: random.below(1_000), again: random.below(4_000) }
    const opensLate = random.chance(0.4)
    const known = expected.known()
    const all = deal().map(async (given, index) => {
      const device = devices[index]
      // A page that is ended ends this as well.
      const resolved = await device.run(given, known).catch(() => [])
      for (const one of resolved) note({ ...one, event: "resolved" })
    })
    const others = all.filter((_, index) => devices[index] !== victim)
    await delay(waits.first)
    await victim.end(ending)
    counts.endings[ending] = (counts.endings[ending] ?? 0) + 1
    if (opensLate) await Promise.all(others)
    await delay(waits.closed)
    if (isAgain) {
      await victim.open({ untilReady: false })
      await delay(waits.again)
      await victim.end("kill")
      counts.endings["kill while it opens"] = (counts.endings["kill while it opens"] ?? 0) + 1
    }
    if (ending !== "reload") await victim.open()
    await Promise.all(all)
    const at = Date.now()
    const files = await agree()
    counts.rounds += 1
    for (const operation of operations) operation.isSettled = true
    expected.settle(files)
    return `${victim.name} ${ending}${isAgain ? ", kill while it opens" : ""}: ${files.length} files agreed after ${Date.now() - at} ms`
  }

  const stop = async () => {
    await Promise.all(devices.map((device) => device.remove()))
    await backend.stop()
  }
  try {
    await Promise.all(devices.map((device) => device.open()))
  } catch (cause) {
    await stop()
    throw cause
  }
  return {
    /** One more; rejects when the devices do not agree. */
    round: async () => {
      const said = await runRound()
      const fresh = messages.slice(lastMessages)
      lastMessages = messages.length
      say(
        `seed ${seed}, round ${counts.rounds}, ${Math.round((Date.now() - startedAt) / 1000)} s: ${said}`,
        fresh,
      )
    },
    counts: () => ({
      ...counts,
      operations: operations.length,
      unresolved: operations.filter(({ isResolved }) => isResolved !== true).length,
    }),
    messages: () => messages,
    stop,
  }
}
