import { hashOf } from "./content.mjs"

const toText = (state) => (state === null ? "none" : JSON.stringify(state))
const fromText = (text) => (text === "none" ? null : JSON.parse(text))

/** What a file may be after an action, by what it was before. `earlier`: hashes that it had at some time. */
const statesAfter = (action, before, earlier) => {
  const { kind, name, mark, hash } = action
  if (kind === "save") return [{ hash, name, mark, life: "live" }]
  if (before === null || before.life === "erased") return [before]
  if (kind === "erase") return [{ ...before, life: "erased" }]
  if (kind === "restore") {
    if (before.life === "live") return [before]
    // The latest content that is still somewhere.
    return [before.hash, ...earlier].map((one) => ({ ...before, hash: one, life: "live" }))
  }
  if (before.life === "deleted") return [before]
  if (kind === "update") return [{ ...before, hash }]
  if (kind === "edit") return [{ ...before, name, mark }]
  if (kind === "delete") return [{ ...before, life: "deleted" }]
  return [before]
}

/**
 * What every device has to list in the end, by the key that is in a file's metadata. Each file is in the hands of one tab
 * at a time, so there is one right state; only what was under way when its page ended may have happened or not.
 */
export const makeExpectedFiles = () => {
  /** key → `{ id, possible, earlier }`: states that the file may have, as text. */
  const files = new Map()
  const fileOf = (key) => files.get(key) ?? { id: undefined, possible: new Set(["none"]), earlier: new Set() }
  const hashOfAction = (action) => (action.content === undefined ? undefined : hashOf(action.content))

  const describe = (key, found) => {
    const { id, possible } = fileOf(key)
    if (possible.has(toText(found))) return []
    return [{ key, text: `${key} (${id}) is ${toText(found)}, and should be ${[...possible].join(" or ")}` }]
  }

  /** `{ key, text }` for each file that is not as it should be in what a tab lists. */
  const wrongOf = ({ files: live, deleted }) => {
    const found = new Map()
    const twice = []
    for (const [life, list] of [
      ["live", live],
      ["deleted", deleted],
    ]) {
      for (const { key, name, mark, contentHash } of list) {
        if (found.has(key)) twice.push({ key, text: `${key} is there twice` })
        found.set(key, { hash: contentHash, name, mark, life })
      }
    }
    const wrong = [...files.keys()].flatMap((key) => {
      const there = found.get(key)
      if (there !== undefined) return describe(key, there)
      const mayBeGone = [...fileOf(key).possible].some((text) => {
        const state = fromText(text)
        return state === null || state.life === "erased"
      })
      return mayBeGone ? [] : describe(key, null)
    })
    const unknown = [...found.keys()].filter((key) => !files.has(key))
    return [...wrong, ...twice, ...unknown.map((key) => ({ key, text: `${key} was never saved` }))]
  }

  return {
    began: (action) => {
      const file = fileOf(action.key)
      const hash = hashOfAction(action)
      action.hash = hash
      action.before = file.possible
      const after = [...file.possible].flatMap((text) =>
        statesAfter(action, fromText(text), file.earlier).map(toText),
      )
      if (hash !== undefined) file.earlier.add(hash)
      files.set(action.key, { ...file, possible: new Set([...file.possible, ...after]) })
    },
    /** It resolved: from now on nothing else is right. `contentHash` is what the file then had. */
    resolved: (action, { id, contentHash }) => {
      const file = fileOf(action.key)
      const after = [...action.before].flatMap((text) =>
        statesAfter(action, fromText(text), file.earlier).map(toText),
      )
      const isRestored = action.kind === "restore" && contentHash !== undefined
      const certain = isRestored
        ? after.filter((text) => fromText(text)?.hash === contentHash || fromText(text)?.life !== "live")
        : after
      files.set(action.key, { ...file, id: id ?? file.id, possible: new Set(certain) })
    },
    /** Whether it had these bytes at some time. */
    hadBytes: (key, hash) => fileOf(key).earlier.has(hash),
    /** Whether it may have these bytes now. */
    mayHaveBytes: (key, hash) => [...fileOf(key).possible].some((text) => fromText(text)?.hash === hash),
    /** `{ key, id }` of what is wrong there. */
    wrong: (listed) => wrongOf(listed).map(({ key }) => ({ key, id: fileOf(key).id })),
    /** What is wrong with what one tab lists; `[]` = nothing. */
    faults: (listed) => wrongOf(listed).map(({ text }) => text),
    /** All devices agree on this: what may have happened either way is decided. */
    settle: ({ files: live, deleted }) => {
      const earlier = new Map([...files].map(([key, file]) => [key, file.earlier]))
      files.clear()
      for (const [life, list] of [
        ["live", live],
        ["deleted", deleted],
      ])
        for (const { key, id, name, mark, contentHash } of list)
          files.set(key, {
            id,
            possible: new Set([toText({ hash: contentHash, name, mark, life })]),
            earlier: earlier.get(key) ?? new Set([contentHash]),
          })
    },
    /** The one state that a file has for certain, or `undefined`. */
    certain: (key) => {
      const { possible } = fileOf(key)
      return possible.size === 1 ? (fromText([...possible][0]) ?? undefined) : undefined
    },
    /** `{ key, id, life }` of all files that are not erased. */
    known: () =>
      // Their ids are of chance, and so would be what is done with them.
      [...files]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([key, { id, possible }]) => {
          const state = fromText([...possible][0])
          return state === null || state.life === "erased" ? [] : [{ key, id, life: state.life }]
        }),
  }
}
