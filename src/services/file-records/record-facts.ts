/** The head of LiveStore's log when an event was committed: the event always lies after it, however often it is rebased. */
export interface LogPosition {
  /** Sequence number that all devices share. */
  readonly head: number
  /** LiveStore's name for this browser. */
  readonly clientId: string
}

/** An event about files as LiveStore's log has it. */
export interface LoggedEvent {
  readonly name: string
  /** As the event's schema encodes them: plain JSON. */
  readonly args: unknown
}

/** What distinguishes two states of a record. */
export interface RecordPosition {
  readonly contentHash: string
  readonly remoteKey: string | null
  /** Key at which a device did not find its content. */
  readonly lostKey?: string | null | undefined
  /** Milliseconds since the epoch, as are all times here. */
  readonly updatedAt: number
  readonly deletedAt: number | null
}

/** Name of the event that erases files. */
export const erasureEvent = "v1.FileErased"

/** Something about files that is about to be committed. */
export interface RecordFact extends LoggedEvent {
  /** What was true of each record before, by id; a record that is missing here did not exist. */
  readonly before: Readonly<Record<string, RecordPosition>>
  /** `null` where there is no log. */
  readonly position: LogPosition | null
}

/** One file of an event; what a member means is up to the event. */
export interface FactFile {
  readonly id: string
  readonly [member: string]: unknown
}

/** What is known of a record's past and present. */
export interface RecordsView {
  readonly positionOf: (fileId: string) => RecordPosition | undefined
  /** Whether the record had this content until then or later. */
  readonly hadContent: (fileId: string, contentHash: string, until: number) => boolean
}

/**
 * How a fact stands. `current`: the record is as the fact made it. `followed`: it was, and something came after.
 * `lost`: the record is as it was before. `superseded`: it shows neither, because of what others did, and the fact does
 * not matter any more.
 */
export type FactStanding = "current" | "followed" | "lost" | "superseded"

/** The files of an event's arguments; none if it was written by another version in a form of its own. */
export const filesOf = ({ args }: LoggedEvent): ReadonlyArray<FactFile> => {
  const files = typeof args === "object" && args !== null && "files" in args ? args.files : undefined
  return Array.isArray(files)
    ? files.filter((file): file is FactFile => typeof (file as Partial<FactFile> | null)?.id === "string")
    : []
}

/** The same text for the same event, however its members are ordered. */
export const identityOf = ({ name, args }: LoggedEvent): string =>
  `${name} ${JSON.stringify(args, (_, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )}`

/** The last moment that a date can be: another device may have written it, and a date behind it cannot be committed. */
const latestDateMs = 8.64e15

/**
 * The time of a change made now to a record: later than everything the record already says, also where another device's clock
 * was ahead. How facts stand is found by comparing these times, so a change must never look older than what it follows.
 */
export const timeOfChange = (now: number, position: RecordPosition | undefined): Date =>
  new Date(
    Math.min(
      Math.max(now, (position?.updatedAt ?? now - 1) + 1, (position?.deletedAt ?? now - 1) + 1),
      latestDateMs,
    ),
  )

/**
 * Whether nobody has changed the record itself in between. Where its content lies does not count: an upload that ends moves no
 * name and undoes no deletion.
 */
const isUnchanged = (one: RecordPosition | undefined, other: RecordPosition | undefined): boolean =>
  one?.contentHash === other?.contentHash &&
  one?.updatedAt === other?.updatedAt &&
  one?.deletedAt === other?.deletedAt

const isSamePosition = (one: RecordPosition | undefined, other: RecordPosition | undefined): boolean =>
  isUnchanged(one, other) && one?.remoteKey === other?.remoteKey

/** Nothing but its id is left of an erased record. */
const isErased = ({ contentHash }: RecordPosition): boolean => contentHash === ""

const timeOf = (value: unknown): number => new Date(value as string | number).getTime()

/**
 * Compares one file of a fact with the records. For an event of an unknown name only the record's position is compared.
 */
export const standingOf = (
  { name, before }: Pick<RecordFact, "name" | "before">,
  file: FactFile,
  view: RecordsView,
): FactStanding => {
  const now = view.positionOf(file.id)
  const then = Object.hasOwn(before, file.id) ? before[file.id] : undefined
  switch (name) {
    case "v1.FileCreated":
      return now === undefined ? "lost" : "current"
    case "v1.FileDeleted":
      if (now === undefined) return "superseded"
      if (now.deletedAt !== null) return "current"
      // What is newer than the deletion is a restoration, or a person's work that must not be lost.
      return isUnchanged(now, then) || now.updatedAt <= timeOf(file["deletedAt"]) ? "lost" : "superseded"
    case "v1.FileRestored":
      if (now === undefined || isErased(now)) return "superseded"
      if (now.deletedAt === null) return "current"
      return now.deletedAt === then?.deletedAt ? "lost" : "followed"
    case "v1.FileErased":
      return now !== undefined && isErased(now) ? "current" : "lost"
    case "v1.FileUploaded":
      if (now === undefined || now.contentHash !== file["contentHash"]) return "superseded"
      if (now.remoteKey !== null) return "current"
      return now.lostKey === file["remoteKey"] ? "followed" : "lost"
    case "v1.FileMissing":
      if (now === undefined || now.contentHash !== file["contentHash"]) return "superseded"
      if (now.lostKey === file["remoteKey"]) return "current"
      return now.remoteKey === file["remoteKey"] ? "lost" : "superseded"
    case "v1.FileUpdated":
      return standingOfUpdate(now, then, file, view)
    default:
      return isSamePosition(now, then) ? "lost" : "followed"
  }
}

const standingOfUpdate = (
  now: RecordPosition | undefined,
  then: RecordPosition | undefined,
  file: FactFile,
  view: RecordsView,
): FactStanding => {
  if (now === undefined || isErased(now)) return "superseded"
  const contentHash = file["contentHash"]
  const updatedAt = timeOf(file["updatedAt"])
  const isNewContent = typeof contentHash === "string" && contentHash !== then?.contentHash
  if (!isNewContent || now.contentHash === contentHash) {
    if (now.updatedAt === updatedAt) return "current"
    if (isNewContent || now.updatedAt > updatedAt) return "followed"
    return isUnchanged(now, then) ? "lost" : "superseded"
  }
  if (view.hadContent(file.id, contentHash, updatedAt)) return "followed"
  return now.contentHash === then?.contentHash ? "lost" : "superseded"
}
