/** What the record says. */
export interface RecordFacts {
  readonly isDeleted: boolean
  readonly isRemote: boolean
}

/** What this device says about the record's content. */
export interface LocalFacts {
  readonly isPresent: boolean
  /** A transfer of this very content stopped for good. */
  readonly hasFailed: boolean
  /** The user freed it; it comes back only when asked for. */
  readonly isEvicted: boolean
}

/** What the app wants of this record on this device. */
export interface PolicyFacts {
  /** There is a remote at all. */
  readonly hasRemote: boolean
  /** The download policy says yes. */
  readonly isWanted: boolean
}

/** What a file needs. */
export type Need = "Upload" | "Download" | "Forget" | "Nothing"

/** What a file needs, from facts alone: the same facts always give the same answer, so every step can be repeated. */
export const decide = (record: RecordFacts, local: LocalFacts, policy: PolicyFacts): Need => {
  if (record.isDeleted) return "Forget"
  if (!policy.hasRemote || local.hasFailed) return "Nothing"
  if (local.isPresent) return record.isRemote ? "Nothing" : "Upload"
  if (!record.isRemote) return "Nothing"
  return policy.isWanted && !local.isEvicted ? "Download" : "Nothing"
}
