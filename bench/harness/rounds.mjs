/** The subjects in the order of this round: each begins as often as the others, so that none always comes after the same. */
export const inTurn = (subjects, round) => {
  const shift = round % subjects.length
  return [...subjects.slice(shift), ...subjects.slice(0, shift)]
}

let storeCount = 0

/** A name that no store had before. */
export const newStoreId = (subject) => `${subject}-${process.pid}-${Date.now().toString(36)}-${storeCount++}`

/** Runs one subject's part; what the peer cannot do is reported and leaves the others' results alone. */
export const takePart = async (subject, say, work) => {
  try {
    await work()
  } catch (cause) {
    if (subject !== "peer") throw cause
    say(`peer failed: ${cause.message.slice(0, 300)}`)
  }
}
