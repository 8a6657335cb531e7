import type { ShareRequest } from "../../../../types/index.js"
import { textField } from "./answer-field.js"
import { askJson, type Connection } from "./requests.js"

/** A signed address of one file, made by our server. */
export const shareFile = async (
  connection: Connection,
  { key, record, disposition, expiresInSeconds, signal }: ShareRequest,
): Promise<string> => {
  const { mimeType, name } = record
  const answer = await askJson(connection, "/share", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ key, mimeType, name, disposition, expiresInSeconds }),
    signal,
  })
  return textField(answer, "url")
}
