/** Facts of the record. */
export interface RecordFacts {
  readonly isDeleted: boolean
  readonly isRemote: boolean
}

/** Facts of this device about the record's content. */
export interface LocalFacts {
  readonly isPresent: boolean
  /** A transfer of this very content stopped for good. */
  readonly hasFailed: boolean
  /** The user freed it; it comes back only when asked for. */
  readonly isEvicted: boolean
}

/** What the app's configuration decides for this record. */
export interface PolicyFacts {
  /** There is a remote at all. */
  readonly hasRemote: boolean
  /** The download policy says yes. */
  readonly isWanted: boolean
}

/** The action that a file needs next on this device. */
export type Action = "Upload" | "Download" | "Forget" | "Nothing"

/** Plans the action for a file. A pure function: the same facts always give the same action, so every step can be repeated. */
export const planAction = (record: RecordFacts, local: LocalFacts, policy: PolicyFacts): Action => {
  if (record.isDeleted) return "Forget"
  if (!policy.hasRemote || local.hasFailed) return "Nothing"
  if (local.isPresent) return record.isRemote ? "Nothing" : "Upload"
  if (!record.isRemote) return "Nothing"
  return policy.isWanted && !local.isEvicted ? "Download" : "Nothing"
}
