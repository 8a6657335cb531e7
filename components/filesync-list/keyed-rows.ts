/** Puts nodes into this order before `end`, moving as few of those already there as possible. */
export const arrange = (parent: Node, wanted: ReadonlyArray<Element>, end: Node | null): void => {
  const present = new Map<Node, number>()
  for (const [at, node] of [...parent.childNodes].entries()) present.set(node, at)
  const staying = longestRising(wanted.map((node) => present.get(node) ?? -1))
  let next: Node | null = end
  for (let at = wanted.length - 1; at >= 0; at--) {
    const node = wanted[at]
    if (node === undefined) continue
    if (!staying.has(at)) place(parent, node, next)
    next = node
  }
}

/** The positions of a longest run of rising numbers; numbers below zero are never part of it. */
export const longestRising = (numbers: ReadonlyArray<number>): ReadonlySet<number> => {
  /** For each length, the index of the smallest last element of an increasing run of that length. */
  const ends: Array<number> = []
  const before: Array<number | undefined> = []
  for (const [at, number] of numbers.entries()) {
    if (number < 0) continue
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((numbers[ends[middle] ?? 0] ?? 0) < number) low = middle + 1
      else high = middle
    }
    before[at] = ends[low - 1]
    ends[low] = at
  }
  const run = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = before[at]) run.add(at)
  return run
}

type MovableParent = Node & { moveBefore?(node: Node, child: Node | null): void }

/** A node that is already there moves without losing focus or playback, where the browser can do that. */
const place = (parent: MovableParent, node: Node, next: Node | null): void => {
  if (node.parentNode === parent && parent.moveBefore !== undefined) parent.moveBefore(node, next)
  else parent.insertBefore(node, next)
}
