import { nameKey } from "./name-key.js"

interface Sortable {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly lastModified: Date | null
  readonly takenAt: Date | null
  readonly sequence: number
}

const byText = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)

const later =
  (timeOf: (record: Sortable) => Date) =>
  (one: Sortable, other: Sortable): number =>
    timeOf(other).getTime() - timeOf(one).getTime()

const orders = {
  newest: later(({ createdAt }) => createdAt),
  oldest: (one: Sortable, other: Sortable) => one.createdAt.getTime() - other.createdAt.getTime(),
  name: (one: Sortable, other: Sortable) =>
    byText(nameKey(one.name), nameKey(other.name)) || byText(one.name, other.name),
  changed: later(({ updatedAt }) => updatedAt),
  taken: later(({ takenAt, lastModified, createdAt }) => takenAt ?? lastModified ?? createdAt),
}

/** Compares records in memory as the database orders them. */
export const compareRecords = (order: keyof typeof orders = "newest") => {
  const compare = orders[order] ?? orders.newest
  return (one: Sortable, other: Sortable): number =>
    compare(one, other) || (order === "name" ? 0 : one.sequence - other.sequence) || byText(one.id, other.id)
}
