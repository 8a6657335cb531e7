import { html, nothing, type TemplateResult } from "lit"
import { repeat } from "lit/directives/repeat.js"
import type { FileRecord, FileState, FileSyncClient } from "../../src/client/global-client.js"
import type { InspectorHost } from "./inspector-host.js"
import type { InspectorTerm } from "./inspector-messages.js"

type Value = string | TemplateResult | undefined
type Action = readonly [InspectorTerm, (engine: FileSyncClient, fileId: string) => Promise<unknown>]

/** Versions listed at most; the rest is counted. */
const maxVersions = 20

/** Everything that is known about one file, and what can be done with it. */
export const fileFacts = (host: InspectorHost, record: FileRecord, state: FileState): TemplateResult => {
  const { messages } = host
  const known = factsOf(host, record, state).filter(([, value]) => value !== undefined)
  return html`<div class="facts" part="facts">
    <dl>
      ${known.map(([term, value]) => html`<div><dt>${messages.term(term)}</dt> <dd>${value}</dd></div>`)}
    </dl>
    <div class="actions">
      ${repeat(
        actionsOf(host, record, state),
        // Not by position: a button that has the focus must not become another one. These two are the same.
        ([term]) => (term === "unpin" ? "pin" : term),
        ([term, act]) => {
          const label = messages.term(term)
          return html`<button
            part="action"
            type="button"
            aria-label=${messages.term("actionFor", { action: label, name: record.name })}
            @click=${() => host.act((engine) => act(engine, record.id))}
          >
            ${label}
          </button>`
        },
      )}
    </div>
  </div>`
}

const factsOf = (
  host: InspectorHost,
  record: FileRecord,
  state: FileState,
): ReadonlyArray<readonly [InspectorTerm, Value]> => {
  const { messages, facts } = host
  const yesNo = (isSo: boolean) => messages.term(isSo ? "yes" : "no")
  const code = (text: string) => html`<code>${text}</code>`
  const same = facts.records.filter(({ contentHash }) => contentHash === record.contentHash).length
  const sizes = { size: messages.size(record.sizeBytes), count: record.sizeBytes }
  const { error, nextRetryAt } = state
  return [
    ["factId", code(record.id)],
    ["factHash", code(record.contentHash)],
    ["factType", record.mimeType],
    ["factSize", record.sizeBytes < 1000 ? sizes.size : messages.term("sizeExact", sizes)],
    ["factCreated", messages.moment(record.createdAt)],
    ["factChanged", messages.moment(record.updatedAt)],
    ["factHere", yesNo(state.local)],
    ["factRemoteKey", record.remoteKey === null ? messages.term("notRemote") : code(record.remoteKey)],
    ["factTransfer", `${state.transfer} · ${messages.percent(state.progress)}`],
    ["factTries", state.attempt > 0 ? String(state.attempt) : undefined],
    ["factNextTry", nextRetryAt === null ? undefined : messages.moment(new Date(nextRetryAt))],
    [
      "factError",
      error === null ? undefined : html`<bdi>${error.tag} (${error.reason}): ${error.message}</bdi>`,
    ],
    ["factPinned", yesNo(facts.pinned.includes(record.id))],
    ["factFreed", facts.evicted.includes(record.id) ? yesNo(true) : undefined],
    ["factSame", same > 1 ? String(same) : undefined],
    [
      "factMetadata",
      record.metadata === null ? undefined : html`<pre>${JSON.stringify(record.metadata, null, 2)}</pre>`,
    ],
    ["factVersions", versions(host, record.id)],
  ]
}

const versions = ({ ask, messages }: InspectorHost, fileId: string): TemplateResult | undefined => {
  const known = ask((engine) => engine.listVersions(fileId)) ?? []
  if (known.length === 0) return undefined
  const more = known.length - maxVersions
  return html`<ul>
    ${known
      .slice(0, maxVersions)
      .map(
        ({ contentHash, sizeBytes, supersededAt }) =>
          html`<li><code>${contentHash.slice(0, 12)}…</code> · ${messages.size(sizeBytes)} · ${messages.moment(supersededAt)}</li>`,
      )}
    ${more > 0 ? html`<li>${messages.term("andMore", { count: more })}</li>` : nothing}
  </ul>`
}

const actionsOf = (host: InspectorHost, { id }: FileRecord, state: FileState): ReadonlyArray<Action> => {
  const { transfer, local, remote } = state
  const isPinned = host.facts.pinned.includes(id)
  const isMoving = transfer !== "none" && transfer !== "done" && transfer !== "error"
  const actions: Array<Action> = []
  if (transfer === "error") actions.push(["retry", (engine, fileId) => engine.retry(fileId)])
  if (isMoving) {
    actions.push(["first", (engine, fileId) => engine.prioritize(fileId)])
    actions.push(["cancel", (engine, fileId) => engine.cancel(fileId)])
  } else if (!local && remote) actions.push(["bringHere", (engine, fileId) => engine.prioritize(fileId)])
  actions.push(
    isPinned
      ? ["unpin", (engine, fileId) => engine.unpin(fileId)]
      : ["pin", (engine, fileId) => engine.pin(fileId)],
  )
  if (local && remote && !isPinned) actions.push(["evict", (engine, fileId) => engine.evict(fileId)])
  return actions
}
