/** The middle of some numbers. */
export const median = (values) => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const round = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null)

/**
 * Ratio of two subjects that took turns: the median of the ratios of each round, so that a disturbance which lasts
 * longer than a round touches both. Without as many rounds on both sides it is the ratio of the medians.
 */
const ratioOf = (own, other) => {
  if (own === undefined || other === undefined) return null
  const ratio =
    own.length === other.length
      ? median(own.map((value, at) => value / other[at]))
      : median(own) / median(other)
  return round(ratio)
}

/** Collects what was measured in one scenario, and gives its lines. */
export const collectMeasurements = (scenario) => {
  const series = new Map()
  return {
    /** One value; the order of the values of a metric is the order of the rounds. */
    record(subject, metric, unit, value) {
      const key = `${metric}\0${unit}`
      const bySubject = series.get(key) ?? new Map()
      series.set(key, bySubject)
      bySubject.set(subject, [...(bySubject.get(subject) ?? []), value])
    },
    /** `{ scenario, subject, metric, unit, median, min, n, ratioToPeer, ratioToFloor, ratioToUppy }` for every subject and metric. */
    lines() {
      return [...series].flatMap(([key, bySubject]) => {
        const [metric, unit] = key.split("\0")
        return [...bySubject].map(([subject, values]) => ({
          scenario,
          subject,
          metric,
          unit,
          median: round(median(values)),
          min: round(Math.min(...values)),
          n: values.length,
          ratioToPeer: subject === "peer" ? null : ratioOf(values, bySubject.get("peer")),
          ratioToFloor: subject === "floor" ? null : ratioOf(values, bySubject.get("floor")),
          ratioToUppy: subject === "uppy" ? null : ratioOf(values, bySubject.get("uppy")),
        }))
      })
    },
  }
}
