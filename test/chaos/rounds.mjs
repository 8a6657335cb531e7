/**
 * Three devices on one store save, update, edit, delete, restore, read, evict and erase, behind connections that break, while
 * one of them is ended at a random moment and other things happen. After each round, in calm weather, all of them list the
 * same, which is what was done, all of it is uploaded, and its bytes are right on another device.
 */
import { setTimeout as delay } from "node:timers/promises"
import { makeCalmWatch } from "./calm.mjs"
import { planDisturbances, planEnding } from "./disturbances.mjs"
import { makeExpectedFiles } from "./expected-files.mjs"
import { arrangeTabs, planHands, runHand } from "./hands.mjs"
import { makeActionLog } from "./log.mjs"
import { seededRandom } from "./random.mjs"
import { agree, ChaosFailure, readElsewhere } from "./settle.mjs"
import { startWorld } from "./world.mjs"

/** After the faults have ended, every call has to settle within this time. */
const callsSettleMs = 180_000
/** LiveStore's log prints each of its messages in five lines, most of them about how long something takes. */
const isNoise = (text) =>
  /^%c(?:thread|debugInstanceId|storeId):|GetRecreateSnapshot|^console.groupEnd$/.test(text)
/** Contents that are as small as this are shared by files, which may each send them. */
const sharedBytes = 1

/**
 * One chaos: `seed` decides everything but time. `say` gets a sentence per round, and what pages printed. `endings`: how the
 * first rounds end a device; `mayRepeat`: transfers that are done twice are counted, and no failure; `keepFolder`: where
 * LiveStore's databases go when devices do not agree.
 */
export const startChaos = async ({ seed, say, endings = [], mayRepeat = false, keepFolder }) => {
  const random = seededRandom(seed)
  const expected = makeExpectedFiles()
  const messages = []
  const failures = []
  const counts = { rounds: 0, events: {}, retries: 0, reads: 0, repeated: 0, stale: 0 }
  const startedAt = Date.now()
  const storeId = `chaos-${seed}-${startedAt}`
  /** Reads of this round that gave bytes which the file had before. */
  const stale = []
  /** Devices whose engine was replaced in this round, because its store had stalled. */
  const replaced = new Set()
  let lastMessages = 0
  const onNews = (text) => messages.push(`${new Date().toISOString().slice(11, 23)} ${text}`)
  const count = (name) => {
    counts.events[name] = (counts.events[name] ?? 0) + 1
    onNews(`(${name})`)
  }
  const fail = (kind, text) => {
    onNews(`failed (${kind}): ${text}`)
    failures.push(new ChaosFailure(kind, [text, ...messages.slice(-40)].join("\n")))
  }
  const log = makeActionLog({
    expected,
    onMessage: onNews,
    onCorrupt: (text) => fail("corrupt", text),
    onStale: (device, text) => stale.push({ device, text }),
  })
  let calm
  const onMessage = (device, text, page) => {
    const claim = /^calm (.*)$/.exec(text)?.[1]
    if (claim !== undefined) return calm?.claim(device, page, JSON.parse(claim))
    const report = /^action (.*)$/.exec(text)?.[1]
    if (report !== undefined) return log.note(device, page, JSON.parse(report))
    if (text === "engine replaced") {
      replaced.add(device.name)
      return count("store opened again")
    }
    if (!isNoise(text)) onNews(`${device.name}: ${text}`)
  }
  const hasServiceWorker = random.chance(0.6)
  const world = await startWorld({ seed, storeId, hasServiceWorker, onMessage, onNews })
  const { backend, devices, proxies, transfers, token } = world
  calm = makeCalmWatch({
    storeId,
    backend,
    token,
    transfers,
    expected,
    resolved: log.resolved,
    onFalse: (text) => fail("falseCalm", text),
  })

  /** Transfers that nothing explains; one that was cut short is done again, of course. */
  const checkRepeated = ({ planned, disturbed }) => {
    const again = new Set(
      planned.filter(({ kind }) => kind === "evict" || kind === "restore").map(({ key }) => key),
    )
    const shared = new Set(
      planned.filter(({ content }) => content?.sizeBytes <= sharedBytes).map(({ hash }) => hash),
    )
    const keyOf = new Map(planned.map(({ hash, key }) => [hash, key]))
    for (const { device, direction, hash, count: times } of transfers.repeated()) {
      const key = keyOf.get(hash)
      if (key === undefined || again.has(key) || shared.has(hash) || disturbed.has(device)) continue
      counts.repeated += 1
      if (mayRepeat) continue
      fail("duplicated", `${device}: ${key} (${hash}) went ${direction} ${times} times`)
    }
  }

  const keepDatabases = async () => {
    if (keepFolder === undefined) return
    for (const device of devices) await device.keepDatabases(storeId, keepFolder).catch(onNews)
  }

  const settleHands = async (hands) => {
    const late = delay(callsSettleMs, "late", { ref: false })
    if ((await Promise.race([Promise.all(hands), late])) !== "late") return
    const open = log.open().map(({ kind, key }) => `${kind} of ${key}`)
    throw new ChaosFailure(
      "unsettled",
      `calls that do not settle: ${open.join(", ")}\n${messages.slice(-80).join("\n")}`,
    )
  }

  const runRound = async () => {
    await arrangeTabs({ random, devices, count })
    const known = expected.known()
    const { victim, run: end } = planEnding({ random, devices, count, asked: endings[counts.rounds] })
    const others = devices.filter((device) => device !== victim)
    const disturbances = planDisturbances({ random, count, devices, others, proxies, backend, token })
    const plans = planHands({ random, devices, known, log, seed })
    transfers.beginRound()
    replaced.clear()
    world.beginWeather()
    const hands = plans.map((plan) => runHand(plan, { known, log, count }))
    const handsOf = (isWanted) => Promise.all(hands.filter((_, index) => isWanted(plans[index].device)))
    const settled = Promise.all([
      end({ ownHands: handsOf((one) => one === victim), otherHands: handsOf((one) => one !== victim) }),
      ...disturbances.map(({ run }) => run()),
    ])
    const [ending] = await settled
    // It goes on a little, so that uploads meet the weather as well.
    await delay(random.below(4_000))
    world.endWeather()
    await settleHands(hands)
    const at = Date.now()
    const onRetry = (text) => {
      counts.retries += 1
      onNews(text)
    }
    const agreed = await agree({
      devices,
      expected,
      log,
      storeId,
      readEvents: calm.readEvents,
      messages: () => messages,
      onRetry,
    }).catch(async (cause) => {
      await keepDatabases()
      throw cause
    })
    const agreedMs = Date.now() - at
    await calm.settled()
    const planned = plans.flatMap(({ actions }) => actions)
    const disturbed = new Set(
      [victim, ...disturbances.flatMap(({ device }) => device ?? [])].map(({ name }) => name),
    )
    for (const name of replaced) disturbed.add(name)
    for (const { device, text } of stale.splice(0)) {
      // LiveStore's state was removed, and what is in the journal follows a moment after the store is open.
      if (!replaced.has(device.name)) fail("corrupt", `${text}, which it had before`)
      else counts.stale += 1
    }
    checkRepeated({ planned, disturbed })
    log.endRound()
    expected.settle(agreed)
    const touched = new Map(plans.flatMap(({ device, actions }) => actions.map(({ key }) => [key, device])))
    counts.reads += await readElsewhere({ random, devices, files: agreed.files, touched })
    counts.rounds += 1
    const happened = [ending, ...disturbances.map(({ name }) => name)].join(", ")
    return `${happened}: ${agreed.files.length} files agreed after ${agreedMs} ms`
  }

  try {
    await world.open()
  } catch (cause) {
    await world.stop()
    throw cause
  }
  return {
    /** One more; rejects with the first thing that was wrong. */
    round: async () => {
      const said = await runRound()
      say(
        `seed ${seed}, round ${counts.rounds}, ${Math.round((Date.now() - startedAt) / 1000)} s: ${said}`,
        messages.slice(lastMessages),
      )
      lastMessages = messages.length
      if (failures.length > 0) throw failures[0]
    },
    counts: () => ({
      ...counts,
      ...log.counts,
      faults: world.faults(),
      files: transfers.total(),
      calm: calm.counts(),
    }),
    failures: () => failures,
    messages: () => messages.slice(lastMessages),
    stop: world.stop,
  }
}
