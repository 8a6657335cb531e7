/** The subjects in the order of this round: each begins as often as the others, so that none always comes after the same. */
export const inTurn = (subjects, round) => {
  const shift = round % subjects.length
  return [...subjects.slice(shift), ...subjects.slice(0, shift)]
}

let storeCount = 0

/** A name that no store had before. */
export const newStoreId = (subject) => `${subject}-${process.pid}-${Date.now().toString(36)}-${storeCount++}`
