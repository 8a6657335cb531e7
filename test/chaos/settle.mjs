/** What has to hold after a round, when nothing goes wrong any more. */
import { setTimeout as delay } from "node:timers/promises"

const lookEveryMs = 500
const settleMs = 300_000
/** Somebody who sees "stopped" presses the button. */
const retryEveryMs = 10_000
const readMs = 120_000
const furtherReads = 3

/** What a round found wrong; `kind`: `lost`, `corrupt`, `stuck`, `unsettled` (a call), `falseCalm` or `duplicated`. */
export class ChaosFailure extends Error {
  constructor(kind, message) {
    super(message)
    this.kind = kind
  }
}

export const isSettled = (one) =>
  one?.files !== undefined &&
  one.state === "idle" &&
  one.store === "open" &&
  one.unsynced + one.onlyHere + one.failed + one.saving === 0 &&
  one.files.every(({ isUploaded }) => isUploaded)

/** What two tabs list has to be the same; whether a deleted file was uploaded does not matter. */
const listOf = ({ files, deleted }) => {
  const describe = (life) => (file) =>
    [file.id, file.key, file.mark, file.name, file.contentHash, life].join(" ")
  return [...files.map(describe("live")), ...deleted.map(describe("deleted"))].toSorted().join("\n")
}

const lookAll = async (devices) => {
  const tabs = devices.flatMap((device) => device.tabs().map((page) => ({ device, page })))
  return Promise.all(
    tabs.map(async ({ device, page }, index) => ({
      device,
      name: `${device.name} (tab ${index + 1})`,
      found: await device.look(page),
    })),
  )
}

/** For each file that is not as it should be: what was done with it, and what the backend's log says of it. */
const tellHistory = async ({ looks, expected, log, readEvents }) => {
  const listed = looks.flatMap(({ found }) => (found?.files === undefined ? [] : [found]))
  const wrong = new Map(listed.flatMap((found) => expected.wrong(found).map(({ key, id }) => [key, id])))
  const events = await readEvents().catch((cause) => [
    { name: `the backend's log cannot be read: ${cause}`, args: {} },
  ])
  return [...wrong].flatMap(([key, id]) => {
    const said = events.map(({ name, args, storedAtMs }, index) => {
      const file = args.files?.find((one) => one.id === id)
      return file === undefined
        ? []
        : `  event ${index} ${new Date(storedAtMs).toISOString()} ${name} ${JSON.stringify(file)}`
    })
    return [`${key} (${id}):`, ...log.history(key).map((line) => `  ${line}`), ...said.flat()]
  })
}

const explain = async (world) => {
  const { looks, devices, expected, storeId, messages } = world
  const told = looks.map(({ name, found }) => {
    const { files, deleted, ...rest } = found ?? {}
    const wrong = files === undefined ? [] : expected.faults(found)
    const waiting = (files ?? []).filter(({ isUploaded }) => !isUploaded).map(({ key, id }) => `${key} ${id}`)
    return `${name}: ${files?.length} files, ${deleted?.length} deleted, ${JSON.stringify(rest)}; not uploaded: ${waiting.join(", ")}; ${wrong.join("; ")}`
  })
  const said = await Promise.all(
    devices.map(async (device) =>
      (await device.diagnose(storeId)).map((text, index) => `${device.name} ${index + 1}: ${text}`),
    ),
  )
  return [...told, ...said.flat(), ...(await tellHistory(world)), ...messages().slice(-80)].join("\n")
}

/**
 * Resolves with what all tabs of all devices list, as soon as they agree on what is expected and all of it is uploaded. What
 * stopped is tried again, as a user would; `onRetry` counts it.
 */
export const agree = async (world) => {
  const { devices, expected, onRetry } = world
  const endAt = Date.now() + settleMs
  let retryAt = Date.now() + retryEveryMs
  for (;;) {
    const looks = await lookAll(devices)
    const isCalm = looks.every(({ found }) => isSettled(found))
    if (isCalm && new Set(looks.map(({ found }) => listOf(found))).size === 1) {
      if (expected.faults(looks[0].found).length === 0) return looks[0].found
    }
    if (Date.now() > endAt) {
      const text = await explain({ looks, ...world })
      throw new ChaosFailure(isCalm ? "lost" : "stuck", `the devices do not agree:\n${text}`)
    }
    if (Date.now() > retryAt) {
      retryAt = Date.now() + retryEveryMs
      for (const { device, found } of looks) {
        if (found?.state !== "error" || found.failed === 0) continue
        onRetry(`${device.name} is asked to try ${found.failed} again (${found.cause})`)
        await device.retry()
      }
    }
    await delay(lookEveryMs)
  }
}

/** Files whose bytes are compared: those that the round changed, and some others. */
const toRead = (random, files, touched) => {
  const changed = files.filter(({ key }) => touched.has(key))
  const others = files.filter(({ key }) => !touched.has(key))
  return [
    ...changed,
    ...Array.from({ length: Math.min(furtherReads, others.length) }, () => random.pick(others)),
  ]
}

/**
 * Reads files on other devices than those that changed them (`touched`: key → device), half of them after their copy there was
 * freed. Throws when bytes are not those of the record.
 */
export const readElsewhere = async ({ random, devices, files, touched }) => {
  let count = 0
  for (const { key, id, contentHash } of toRead(random, files, touched)) {
    const device = random.pick(devices.filter((one) => one !== touched.get(key)))
    const isEvicted = random.chance(0.5)
    const late = delay(readMs, { failure: "it does not settle", isLate: true }, { ref: false })
    const { hash, failure, isLate } = await Promise.race([device.readHash(id, isEvicted), late])
    if (failure !== undefined)
      throw new ChaosFailure(
        isLate ? "unsettled" : "stuck",
        `${device.name} cannot read ${key} (${id}): ${failure}`,
      )
    if (hash !== contentHash)
      throw new ChaosFailure(
        "corrupt",
        `${device.name} reads ${key} (${id}) with ${hash} in place of ${contentHash}`,
      )
    count += 1
  }
  return count
}
