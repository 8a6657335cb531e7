import { type ForeignAnswer, RemoteFailure } from "../../../../types/index.js"
import { isWebPage, namesContent } from "../../../../utils/answer-proof.js"
import { type Refusal, toRemoteFailure } from "./failure.js"

/** An answer whose status says success. */
export const isSuccess = ({ status }: Pick<Refusal, "status">): boolean => status >= 200 && status < 300

/** The failure for an answer that something else than a file server gave. */
export const notOurServer = (foreign: ForeignAnswer, status: number): RemoteFailure =>
  new RemoteFailure(
    "NotOurServer",
    `This address does not answer as a file server: ${sentences[foreign]}. Is the base URL right?`,
    { status, foreign },
  )

/** Describes each kind of foreign answer, for error messages. */
export const sentences: Readonly<Record<ForeignAnswer, string>> = {
  page: "it gave a web page",
  redirect: "it leads to another address, perhaps to sign in",
  empty: "it gave nothing",
  "not-found-page": "it does not know the path",
  other: "its answer is not one that a file server gives",
}

/** The failure for a success that proves nothing. An S3 store says failures under a 200 as well: `<Error>` counts. */
export const unproven = (answer: Refusal): RemoteFailure => {
  if (answer.isRedirected === true) return notOurServer("redirect", answer.status)
  if (/<Error\b[^]*<Code>/.test(answer.body)) return toRemoteFailure(answer)
  if (isWebPage(answer.header) || /^\s*<(?:!doctype|html)\b/i.test(answer.body))
    return notOurServer("page", answer.status)
  return notOurServer(answer.body.trim() === "" ? "empty" : "other", answer.status)
}

/**
 * Takes a success only where it proves that this content is stored: by the hash in its headers, or by the protocol's
 * JSON with key and hash. Fails with `NotOurServer`, or with `Rejected` when another content is there.
 */
export const requireStored = (
  answer: Refusal,
  { key, contentHash }: { readonly key: string; readonly contentHash: string },
): void => {
  if (answer.isRedirected === true) throw unproven(answer)
  if (!isSuccess(answer)) throw toRemoteFailure(answer)
  const named = namesContent(answer.header, contentHash)
  if (named === false) throw anotherContent()
  if (named === true) return
  const said = jsonOf(answer.body)
  if (said?.key === key && said.contentHash === contentHash) return
  throw unproven(answer)
}

/** Whether a 412 is the protocol's "already there"; `undefined` = it does not say, so that one has to ask. */
export const saysAlreadyThere = (
  { header, body, isRedirected }: Refusal,
  contentHash: string,
): boolean | undefined => {
  if (isRedirected === true) return undefined
  const named = namesContent(header, contentHash)
  if (named === false) throw anotherContent()
  if (named === true) return true
  const reason = jsonOf(body)?.reason
  if (typeof reason === "string") return reason === "AlreadyThere"
  return undefined
}

/**
 * Judges the head of an answer that should hold a content's bytes: `true` = it names the content, `false` = it does not
 * and has another size or none, `undefined` = it may be. The hash decides in any case. Fails with `NotOurServer` for a
 * web page: a file is never served as one.
 */
export const judgeContent = (
  { status, header }: Pick<Refusal, "status" | "header">,
  contentHash: string,
  sizes: { readonly announced: number | undefined; readonly wanted: number },
): boolean | undefined => {
  if (namesContent(header, contentHash) === true) return true
  if (isWebPage(header)) throw notOurServer("page", status)
  return sizes.announced === sizes.wanted ? undefined : false
}

const anotherContent = () => new RemoteFailure("Rejected", "There is another content at this key")

const jsonOf = (text: string): Readonly<Record<string, unknown>> | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
