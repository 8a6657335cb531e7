/** Where the time goes between two moments of a page: a profile of its thread, and what each thread of the browser took. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { browserProcesses } from "../../test/support/browser-processes.mjs"
import { processTree } from "./process-memory.mjs"

/** The kernel counts in hundredths of a second, so a thread that took less is not there. */
const tickMs = 10

const threadsOf = (id) => {
  try {
    return readdirSync(`/proc/${id}/task`).map((thread) =>
      readFileSync(`/proc/${id}/task/${thread}/stat`, "utf8"),
    )
  } catch {
    return [] // It ended between the listing and the look.
  }
}

/** Milliseconds of processor time so far, by thread. */
const processorTimes = (root) => {
  const times = new Map()
  for (const stat of processTree(root).flatMap(threadsOf)) {
    const end = stat.lastIndexOf(")")
    const fields = stat.slice(end + 2).split(" ")
    const thread = stat.slice(0, end + 1)
    times.set(thread, (Number(fields[11]) + Number(fields[12])) * tickMs)
  }
  return times
}

/**
 * Profiles what the page brackets with `beginProfile` and `endProfile`: reports the threads' times, and writes a profile
 * that Chromium's developer tools open.
 */
export const profilePage = async ({ page, browser, path, say }) => {
  const root = browserProcesses(browser.profile)[0]
  const session = await browser.context.newCDPSession(page)
  let before
  await page.exposeFunction("beginProfile", async () => {
    await session.send("Profiler.enable")
    await session.send("Profiler.setSamplingInterval", { interval: 250 })
    await session.send("Profiler.start")
    before = processorTimes(root)
  })
  await page.exposeFunction("endProfile", async () => {
    const took = [...processorTimes(root)].map(([thread, ms]) => [thread, ms - (before.get(thread) ?? 0)])
    const { profile } = await session.send("Profiler.stop")
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(profile))
    const busy = took.filter(([, ms]) => ms > 0).toSorted((one, other) => other[1] - one[1])
    say(`${path}: ${busy.map(([thread, ms]) => `${thread.replace(/^\d+ /, "")} ${ms} ms`).join(", ")}`)
  })
}
