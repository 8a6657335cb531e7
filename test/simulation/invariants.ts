import type { FileRecord } from "../../src/types/index.js"
import { hashOf } from "./sim-disk.js"
import { restorableMs, type SimTab } from "./sim-tab.js"
import type { World } from "./world.js"

/** What went wrong, by kind; empty lists are what is wanted. */
export interface Findings {
  readonly lost: ReadonlyArray<string>
  readonly corrupt: ReadonlyArray<string>
  readonly stuck: ReadonlyArray<string>
}

/** Checks a world that has come to rest. */
export const inspect = (world: World): Findings => {
  const lost: Array<string> = []
  const corrupt: Array<string> = []
  const stuck: Array<string> = [...world.wrong]
  for (const { name, cancelled } of world.devices)
    for (const contentHash of cancelled.moved)
      stuck.push(`${name} moved ${contentHash.slice(0, 8)}, which was cancelled`)
  const views = world.devices.map(({ name, disk, tabs, maxCacheBytes, wrongByMs }) => {
    const { client } = tabs[0] as SimTab
    const records = client.listFiles({ order: "oldest" })
    return { name, disk, client, records, maxCacheBytes, wrongByMs }
  })
  const first = views[0] as (typeof views)[number]

  // A reset of LiveStore may forget that a file was deleted, or uploaded and freed: then there is a record and no bytes.
  const isForgotten = (id: string) => world.devices.some(({ resetLosses }) => resetLosses.has(id))

  for (const id of world.saved) {
    const { isDeleteAsked, contents } = world.promised.get(id) as {
      isDeleteAsked: boolean
      contents: Set<string>
    }
    if (isForgotten(id)) continue
    for (const { name, client } of views) {
      const record = client.getFile(id)
      if (record === undefined) {
        if (!isDeleteAsked) lost.push(`${id} is not on ${name}`)
        continue
      }
      const expected = [...contents].map((text) => hashOf(new TextEncoder().encode(text)))
      if (!expected.includes(record.contentHash))
        corrupt.push(`${id} on ${name} has content that was never saved under it`)
    }
  }

  for (const { name, disk, client, records, maxCacheBytes, wrongByMs } of views) {
    const isLimited = Number.isFinite(maxCacheBytes)
    if (isLimited)
      stuck.push(...overBudget(name, disk.contents, records, client.inspect().pinned, maxCacheBytes))
    const wanted = new Set(records.map(({ contentHash }) => contentHash))
    for (const record of records) {
      if (!isSame(record, first.client.getFile(record.id)))
        stuck.push(`${name} and ${first.name} differ on ${record.id}`)
      if (isForgotten(record.id)) continue
      if (!isLimited && !disk.contents.has(record.contentHash))
        lost.push(`${name} has no bytes of ${record.id} ${JSON.stringify(client.getFileState(record.id))}`)
      if (record.remoteKey === null)
        stuck.push(
          `${record.id} was never uploaded, says ${name}: ${JSON.stringify(client.getFileState(record.id))}`,
        )
      else if (!world.remote.objects.has(record.remoteKey))
        lost.push(`the remote has no bytes of ${record.id}`)
    }
    for (const [contentHash, bytes] of disk.contents) {
      if (hashOf(bytes) !== contentHash) corrupt.push(`${name} has wrong bytes under ${contentHash}`)
      if (wrongByMs === 0 && !wanted.has(contentHash) && !isRestorable(world, contentHash)) {
        stuck.push(`${name} keeps ${contentHash.slice(0, 8)}, which nothing refers to`)
      }
    }
    const { state, uploading, downloading, queuedUploads, queuedDownloads, onlyHere, failed } =
      client.getStatus()
    const left = uploading + downloading + queuedUploads + queuedDownloads + onlyHere + failed
    if (state !== "idle" || left > 0) stuck.push(`${name} is ${state} with ${left} left`)
    const open = [...disk.journals.values()].join("").length
    if (open > 0)
      stuck.push(
        `${name} has ${open} bytes of journal left: ${[...disk.journals.values()].join("").slice(0, 300)}`,
      )
  }
  for (const [key, bytes] of world.remote.objects) {
    if (!key.endsWith(hashOf(bytes))) corrupt.push(`the remote has wrong bytes under ${key}`)
  }
  // Two facts a file version on each device that took part, whatever failed: one more for a race between devices.
  const { facts } = world.backend
  const uploads = facts.filter(({ type }) => type === "uploaded").length
  const versions = facts.filter(({ type }) => type === "created" || type === "updated").length
  if (uploads > versions * world.devices.length)
    stuck.push(`${uploads} upload events for ${versions} versions`)
  return { lost, corrupt, stuck }
}

/** Whether a device keeps more than its budget although it could free something. */
const overBudget = (
  name: string,
  contents: ReadonlyMap<string, Uint8Array>,
  records: ReadonlyArray<FileRecord>,
  pinned: ReadonlyArray<string>,
  maxCacheBytes: number,
): ReadonlyArray<string> => {
  let usedBytes = 0
  let mustStayBytes = 0
  for (const [contentHash, { byteLength }] of contents) {
    const owners = records.filter((record) => record.contentHash === contentHash)
    if (owners.length === 0) continue
    usedBytes += byteLength
    if (owners.some(({ id, remoteKey }) => remoteKey === null || pinned.includes(id)))
      mustStayBytes += byteLength
  }
  return usedBytes > Math.max(maxCacheBytes, mustStayBytes)
    ? [`${name} keeps ${usedBytes} bytes, ${mustStayBytes} of which must stay`]
    : []
}

const isSame = (one: FileRecord, other: FileRecord | undefined): boolean =>
  one.contentHash === other?.contentHash && one.remoteKey === other.remoteKey && one.name === other.name

const isRestorable = (world: World, contentHash: string): boolean =>
  world.devices.some((device) =>
    [...(device.liveStore.tables.versions.values() ?? [])].some(
      (version) =>
        version.contentHash === contentHash &&
        version.supersededAt.getTime() > world.clock.now - restorableMs,
    ),
  )
