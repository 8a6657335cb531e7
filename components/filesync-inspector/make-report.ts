import type {
  EngineFacts,
  FileRecord,
  FileState,
  FileSyncErrorInfo,
  SyncStatus,
  TransferFacts,
  VerifyReport,
} from "../../src/client/global-client.js"
import { version } from "../../src/version.js"
import type { LoggedEvent } from "./event-log.js"
import { scrub, shortId } from "./redact.js"

/** What a report is made of. */
export interface ReportSource {
  readonly storeId: string
  readonly status: SyncStatus
  readonly facts: EngineFacts
  readonly stateOf: (fileId: string) => FileState | undefined
  /** Newest first. */
  readonly events: ReadonlyArray<LoggedEvent>
  readonly verified: VerifyReport | undefined
  /** Names, ids and hashes as they are; without it, ids are short stand-ins and there are no names. */
  readonly withNames: boolean
  readonly environment: Readonly<Record<string, unknown>>
}

/** Members listed of each kind; a report is to be read by a person. */
const maxListed = 100
const maxEvents = 300

/**
 * A bug report as a plain object: counts, what moves or failed, the latest events and what the browser can do. It never
 * holds content, metadata, tokens or addresses.
 */
export const makeReport = (source: ReportSource): Readonly<Record<string, unknown>> => {
  const { status, facts, withNames, verified } = source
  const recordOf = new Map(facts.records.map((record) => [record.id, record]))
  const files = facts.records.map((record) => ({ record, state: source.stateOf(record.id) }))
  const failed = files.filter(({ state }) => state?.transfer === "error")
  const identify = (fileId: string) => (withNames ? fileId : shortId(fileId))
  const describeError = (error: FileSyncErrorInfo | null, of: ReadonlyArray<FileRecord> = []) => {
    if (error === null) return null
    const message = scrub(
      error.message,
      withNames,
      of.map(({ name }) => name),
    )
    return { ...error, message }
  }
  const describeFile = ({ record, state }: (typeof files)[number]) => ({
    id: identify(record.id),
    ...(withNames ? { name: record.name, contentHash: record.contentHash } : {}),
    type: record.mimeType,
    sizeBytes: record.sizeBytes,
    createdAt: record.createdAt.toISOString(),
    ...(state === undefined ? {} : { ...state, error: describeError(state.error, [record]) }),
  })
  const describeTransfer = ({ contentHash, fileIds, ...rest }: TransferFacts) => ({
    ...rest,
    files: fileIds.map(identify),
    ...(withNames ? { contentHash } : {}),
    error: describeError(
      rest.error,
      fileIds.flatMap((id) => recordOf.get(id) ?? []),
    ),
  })
  const describeEvent = ({ timeMs, event, name }: LoggedEvent) => ({
    time: new Date(timeMs).toISOString(),
    ...event,
    ...("fileId" in event ? { fileId: identify(event.fileId) } : {}),
    ...("fileIds" in event ? { fileIds: event.fileIds.slice(0, maxListed).map(identify) } : {}),
    ...("contentHash" in event && !withNames ? { contentHash: undefined } : {}),
    ...("error" in event
      ? {
          error: {
            ...event.error,
            message: scrub(event.error.message, withNames, name === undefined ? [] : [name]),
          },
        }
      : {}),
    ...(withNames && name !== undefined ? { name } : {}),
  })
  return {
    about: "livestore-filesync report",
    version,
    madeAt: new Date().toISOString(),
    ...(withNames ? { storeId: source.storeId } : {}),
    environment: source.environment,
    status,
    cache: facts.cache,
    counts: {
      records: facts.records.length,
      differentContents: new Set(facts.records.map(({ contentHash }) => contentHash)).size,
      here: files.filter(({ state }) => state?.local === true).length,
      remote: files.filter(({ state }) => state?.remote === true).length,
      pinned: facts.pinned.length,
      freed: facts.evicted.length,
      transfers: countBy(facts.transfers, ({ kind, phase }) => `${kind} ${phase}`),
      states: countBy(files, ({ state }) => state?.transfer ?? "unknown"),
    },
    failed: failed.slice(0, maxListed).map(describeFile),
    transfers: facts.transfers.slice(0, maxListed).map(describeTransfer),
    verified: verified === undefined ? null : describeCheck(verified, withNames),
    events: source.events.slice(0, maxEvents).map(describeEvent),
  }
}

const countBy = <Member>(members: ReadonlyArray<Member>, keyOf: (member: Member) => string) => {
  const counts: Record<string, number> = {}
  for (const member of members) counts[keyOf(member)] = (counts[keyOf(member)] ?? 0) + 1
  return counts
}

const describeCheck = (report: VerifyReport, withNames: boolean) => {
  const list = (ids: ReadonlyArray<string>) => ({
    count: ids.length,
    first: ids.slice(0, maxListed).map((id) => (withNames ? id : shortId(id))),
  })
  return {
    checked: report.checked,
    missing: list(report.missing),
    corrupt: list(report.corrupt),
    notUploaded: list(report.notUploaded),
    // Hashes of content: not even short ones, for they identify the content to anyone who has a copy of it.
    extra: report.extra.length,
    orphaned: report.orphaned.length,
  }
}
