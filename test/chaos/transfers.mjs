/** What the backend has been given and has given out, as the proxies see it. */

const fileKey = /^\/api\/files\/([^?]+)(\?.*)?$/
const success = new Set([200, 201, 412])

/** What an answer says about contents: `[{ key, direction }]`, once `body` is whole; `direction`: `up`, `down`, or `seen`. */
export const readAnswer = ({ method, url }, status, body) => {
  const [, encodedKey, query = ""] = fileKey.exec(url) ?? []
  const key = encodedKey === undefined ? undefined : decodeURIComponent(encodedKey)
  if (url === "/api/batch" && method === "POST" && status === 200) {
    const { results = [] } = parse(body.toString()) ?? {}
    return results.filter((one) => success.has(one.status)).map((one) => ({ key: one.key, direction: "up" }))
  }
  if (url === "/api/batch/get" && status === 200) return membersOf(body)
  if (key === undefined) return []
  if (method === "HEAD") return status === 200 || status === 304 ? [{ key, direction: "seen" }] : []
  if (!success.has(status)) return []
  if (method === "PUT" && query === "") return [{ key, direction: "up" }]
  if (method === "POST" && query.includes("uploadId=")) return [{ key, direction: "up" }]
  if (method === "GET" && status === 200 && query === "") return [{ key, direction: "down" }]
  return []
}

/** Whether `readAnswer` needs the body. */
export const isTold = ({ url }) => url === "/api/batch" || url === "/api/batch/get"

const parse = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const membersOf = (body) => {
  const members = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf(10, at)
    const head = end < 0 ? undefined : parse(body.subarray(at, end).toString())
    if (head?.key === undefined) break
    if (head.status === 200) members.push({ key: head.key, direction: "down" })
    at = end + 1 + (head.sizeBytes ?? 0)
  }
  return members
}

const hashOfKey = (key) => key.split("/").at(-1)

/** Keeps account for all devices. */
export const makeTransfers = () => {
  const stored = new Set()
  /** `device direction key` → how often it came through whole and unharmed since `beginRound`. */
  let delivered = new Map()
  return {
    /** The backend has it, whether or not the device learns so. */
    noteStored: (found) => {
      for (const { key } of found) stored.add(hashOfKey(key))
    },
    noteDelivered: (device, found) => {
      for (const { key, direction } of found) {
        if (direction === "seen") continue
        const name = `${device} ${direction} ${hashOfKey(key)}`
        delivered.set(name, (delivered.get(name) ?? 0) + 1)
      }
    },
    isStored: (hash) => stored.has(hash),
    beginRound: () => {
      delivered = new Map()
    },
    /** `{ device, direction, hash, count }` of what came through more than once. */
    repeated: () =>
      [...delivered]
        .filter(([, count]) => count > 1)
        .map(([name, count]) => {
          const [device, direction, hash] = name.split(" ")
          return { device, direction, hash, count }
        }),
    total: () => stored.size,
  }
}
