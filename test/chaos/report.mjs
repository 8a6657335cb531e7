/** The sums of a run, and its last line. */

const add = (sums, more) => {
  for (const [name, value] of Object.entries(more)) {
    if (typeof value === "object") sums[name] = add(sums[name] ?? {}, value)
    else sums[name] = (sums[name] ?? 0) + value
  }
  return sums
}

const sumOf = (counts = {}) => Object.values(counts).reduce((sum, count) => sum + count, 0)

const list = (counts = {}) =>
  Object.entries(counts)
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ")

/** Sums what several chaoses counted; `text()` is the report. */
export const makeReport = () => {
  const sums = {}
  const failures = { lost: 0, corrupt: 0, stuck: 0, unsettled: 0, duplicated: 0, falseCalm: 0, driver: 0 }
  const startedAt = performance.now()
  return {
    add: (counts) => add(sums, counts),
    /** Those that have no kind are of the run itself: a browser that does not start. */
    fail: (failure) => {
      failures[failure.kind ?? "driver"] += 1
    },
    isGood: () => sumOf(failures) === 0,
    text: () => {
      const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
      const { events = {} } = sums
      const kills =
        (events.kill ?? 0) +
        (events["kill while it opens"] ?? 0) +
        (events.lose ?? 0) +
        (events["backend killed"] ?? 0)
      return [
        `actions: ${list(sums.byKind)}`,
        `rejected: ${list(sums.rejected)}; skipped ${sums.skipped ?? 0}`,
        `events: ${list(events)}`,
        `faults: ${list(sums.faults)}`,
        `looked at: ${sums.calm?.claims ?? 0} claims that all is well, ${sums.calm?.looks ?? 0} of them in the backend's log; ${sums.reads ?? 0} files read elsewhere; ${sums.retries ?? 0} retries by hand; ${sums.stale ?? 0} reads of earlier content while a store was opened again`,
        `chaos: ${minutes} minutes, ${sums.rounds ?? 0} rounds, ${sums.actions ?? 0} actions, ${kills} kills, ${sumOf(sums.faults)} faults, ${sums.files ?? 0} contents; ${failures.driver} of the driver, ${failures.falseCalm} false calm, ${failures.duplicated} duplicated transfers, ${failures.unsettled} calls never settled, ${failures.lost} lost, ${failures.corrupt} corrupt, ${failures.stuck} stuck`,
      ].join("\n")
    },
  }
}
