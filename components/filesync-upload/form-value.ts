import { UploadItem } from "./upload-item.js"

/** What the element gives its form: one entry for each saved file's id, under the element's name. */
export const formEntries = (name: string, fileIds: ReadonlyArray<string>): FormData | null => {
  if (name === "") return null
  const entries = new FormData()
  for (const fileId of fileIds) entries.append(name, fileId)
  return entries
}

/** The form state that the browser restores after a reload or on going back; `rowsOf` reads it. */
export const formState = (items: ReadonlyArray<UploadItem>): string =>
  JSON.stringify(
    items.flatMap(({ fileId, name, sizeBytes, mimeType }) =>
      fileId === undefined ? [] : [{ fileId, name, sizeBytes, mimeType }],
    ),
  )

/** Rows of files about which nothing but their ids is known yet. */
export const rowsOfIds = (fileIds: ReadonlyArray<string>): ReadonlyArray<UploadItem> =>
  fileIds
    .filter((fileId) => fileId !== "")
    .map((fileId) => new UploadItem({ fileId, name: fileId, sizeBytes: 0, mimeType: "" }))

/** The rows of a kept state; none from anything else. */
export const rowsOf = (state: unknown): ReadonlyArray<UploadItem> => {
  try {
    const rows: unknown = typeof state === "string" ? JSON.parse(state) : []
    return Array.isArray(rows) ? rows.flatMap(rowOf) : []
  } catch {
    return []
  }
}

const rowOf = (
  row: Partial<Record<"fileId" | "name" | "sizeBytes" | "mimeType", unknown>> | null,
): Array<UploadItem> => {
  if (typeof row?.fileId !== "string") return []
  const { fileId, name, sizeBytes, mimeType } = row
  return [
    new UploadItem({
      fileId,
      name: typeof name === "string" ? name : fileId,
      sizeBytes: typeof sizeBytes === "number" ? sizeBytes : 0,
      mimeType: typeof mimeType === "string" ? mimeType : "",
    }),
  ]
}
