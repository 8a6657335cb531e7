/**
 * A type as it may stand in a header: type and subtype, nothing else. Records may hold anything another device wrote,
 * and a character that no header can carry would make every try fail.
 */
export const toContentType = (mimeType: string): string => {
  const essence = mimeType.split(";", 1)[0]?.trim().toLowerCase() ?? ""
  return /^[\w!#$&^.+-]{1,120}\/[\w!#$&^.+-]{1,120}$/.test(essence) ? essence : "application/octet-stream"
}
