/** Builds the sentence of an error from its fields: what failed, for which thing, why, what to do. */
export const makeMessage = (parts: {
  readonly what: string
  readonly subject?: string | undefined
  readonly why: string
  readonly advice?: string | undefined
}): string => {
  const subject = parts.subject === undefined ? "" : ` (${parts.subject})`
  const advice = parts.advice === undefined ? "" : ` ${parts.advice}`
  return `${parts.what}${subject}: ${parts.why}.${advice}`
}
