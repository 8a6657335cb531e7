/** What the actions of a run came to: what pages report of them, and what was counted. */

/** Its `note` takes a report of `runActions`; `expected` learns of it. */
export const makeActionLog = ({ expected, onMessage, onCorrupt, onStale }) => {
  const actions = []
  /** Of the present round. */
  let resolved = []
  const counts = { actions: 0, byKind: {}, rejected: {}, skipped: 0 }

  const now = () => new Date().toISOString().slice(11, 23)

  const note = (device, page, { number, event, id, cause, contentHash, readHash }) => {
    const action = actions[number]
    // Reported twice: on the console, and by the page's answer when it lives so long.
    if (action === undefined || action.isOver || (event === "began" && action.hasBegun)) return
    if (event === "began") {
      action.hasBegun = true
      action.history = [`${now()} ${device.name}: ${action.kind} began`]
      counts.actions += 1
      counts.byKind[action.kind] = (counts.byKind[action.kind] ?? 0) + 1
      expected.began(action)
      return
    }
    action.isOver = true
    action.history?.push(`${now()} ${event}${cause === undefined ? "" : ` (${cause})`}`)
    if (event === "resolved") {
      expected.resolved(action, { id, contentHash })
      resolved.push({ ...action, id, device, page, at: Date.now() })
      if (readHash !== undefined && !expected.mayHaveBytes(action.key, readHash)) {
        const text = `${device.name} reads ${action.key} (${id}) with ${readHash}`
        if (expected.hadBytes(action.key, readHash)) onStale(device, text)
        else onCorrupt(text)
      }
    } else if (event === "rejected") {
      const name = `${action.kind} ${cause}`
      counts.rejected[name] = (counts.rejected[name] ?? 0) + 1
      onMessage(`${device.name}: ${action.kind} of ${action.key} rejected: ${cause}`)
    } else counts.skipped += 1
  }
  return {
    counts,
    note,
    nextNumber: () => actions.push(undefined) - 1,
    add: (action) => {
      actions[action.number] = action
    },
    resolved: () => resolved,
    /** What was done with a file, a line for each action. */
    history: (key) =>
      actions
        .filter((one) => one?.key === key && one.history !== undefined)
        .map((one) => `${one.number} ${one.history.join(", ")}`),
    /** Began, and neither resolved nor rejected. */
    open: () => actions.filter((one) => one?.hasBegun && !one.isOver),
    endRound: () => {
      for (const action of actions) if (action !== undefined) action.isOver = true
      resolved = []
    },
  }
}
