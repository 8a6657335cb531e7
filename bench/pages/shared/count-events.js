/** Counts what is committed to a store from now on, by whether it is synced or stays on this client. */
export const countEvents = (store) => {
  const count = { synced: 0, clientOnly: 0, names: {} }
  const definitions = store.schema.eventsDefsMap
  const commit = store.commit
  store.commit = (...events) => {
    for (const { name } of events) {
      if (name === undefined) continue
      count.names[name] = (count.names[name] ?? 0) + 1
      if (definitions.get(name)?.options.clientOnly === true) count.clientOnly += 1
      else count.synced += 1
    }
    return commit(...events)
  }
  return count
}
