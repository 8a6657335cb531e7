/** `later`: worth another try. `never`: the remote does not take it; the page will say so. `gone`: nothing to send. */
export type SendOutcome = "there" | "later" | "never" | "forbidden" | "gone"

/** A request about one content at the remote; rejects when there is no answer. */
export type AskRemote = (
  query: string,
  init: { readonly method: string; readonly headers?: Record<string, string>; readonly body?: BodyInit },
) => Promise<Response>

/** Nothing is stored twice, and the server hears that somebody counts on the content. */
export const onlyIfAbsent = { "If-None-Match": "*" }

/** What an answer means to somebody who wants the content to be there. */
export const outcomeOf = ({ ok, status }: Response): SendOutcome => {
  if (ok || status === 412) return "there"
  if (status === 401 || status === 403) return "forbidden"
  return status >= 500 || status === 429 || status === 408 ? "later" : "never"
}
