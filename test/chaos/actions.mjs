/** Plans what one tab does with the files that it alone changes. */
import { pickContent } from "./content.mjs"

/** Files beyond it are rather deleted than added to. */
const mostFiles = 10
const weights = { save: 5, update: 4, edit: 3, delete: 1.5, restore: 2, evict: 2, read: 4, erase: 0.4 }
const weightsWhenMany = { ...weights, save: 1, delete: 6, erase: 2 }
const shareInParts = 0.15

const needsLive = new Set(["update", "edit", "delete", "evict", "read"])

/** The kinds that make sense with these files. */
const possibleKinds = (lives) => {
  const all = [...lives.values()]
  const has = (life) => all.includes(life)
  return (kind) => {
    if (needsLive.has(kind)) return has("live")
    if (kind === "restore") return has("deleted")
    return kind === "save" || all.some((life) => life !== "erased")
  }
}

const lifeAfter = { save: "live", restore: "live", delete: "deleted", erase: "erased" }

/**
 * Plans `count` actions of one hand: `files` are `{ key, life }`, `nextNumber` gives each action its own. Each is
 * `{ number, kind, key, name?, mark?, content?, afterMs, isTogether }`: together means that the next one does not wait for it.
 */
export const planActions = ({ random, hand, files, count, nextNumber, seed }) => {
  const lives = new Map(files.map(({ key, life }) => [key, life]))
  return Array.from({ length: count }, () => {
    const live = [...lives].filter(([, life]) => life === "live").map(([key]) => key)
    const isPossible = possibleKinds(lives)
    const wanted = live.length > mostFiles ? weightsWhenMany : weights
    const kind = random.weighted(
      Object.fromEntries(Object.entries(wanted).filter(([one]) => isPossible(one))),
    )
    const number = nextNumber()
    const among = [...lives]
      .filter(([, life]) =>
        kind === "restore" ? life === "deleted" : kind === "erase" ? life !== "erased" : life === "live",
      )
      .map(([key]) => key)
    const key = kind === "save" ? `${hand}-${number}` : random.pick(among)
    if (lifeAfter[kind] !== undefined) lives.set(key, lifeAfter[kind])
    const hasContent = kind === "save" || kind === "update"
    const isNamed = kind === "save" || kind === "edit"
    const content = pickContent(random, {
      seed: seed * 100_000 + number,
      inParts: random.chance(shareInParts),
    })
    return {
      number,
      kind,
      key,
      ...(isNamed ? { name: `${key} ${number}.bin`, mark: number } : {}),
      ...(hasContent ? { content } : {}),
      afterMs: random.chance(0.5) ? 0 : random.below(300),
      isTogether: random.chance(0.4),
    }
  })
}
