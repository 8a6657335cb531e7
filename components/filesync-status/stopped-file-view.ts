import { html, nothing, type TemplateResult } from "lit"
import { failureSentences } from "../failure-sentences.js"
import { icon } from "../icons.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import type { StoppedFile } from "./attention-files.js"

/** What a person can do about a file that stopped. */
export interface StoppedFileActions {
  readonly retry: (fileId: string) => void
  /** The upload is not tried again automatically: the file stays on this device alone. */
  readonly keepHere: (fileId: string) => void
  /** Asks first: the file may be nowhere else. */
  readonly remove: (fileId: string) => void
  /** The file a person is asked about. */
  readonly asked: string | undefined
  readonly ask: (fileId: string | undefined) => void
}

/** A file that stopped: its name, why, whether it is safe, and what can be done. */
export const stoppedFileView = (
  { record: { id, name }, state }: StoppedFile,
  actions: StoppedFileActions,
  localize: LocalizeController,
): TemplateResult => {
  const isCancelled = state.error?.reason === "Aborted"
  const [reason, advice, safety] = failureSentences(state.error, state.local ? "here" : "elsewhere", localize)
  const isUpload = !state.remote
  const label = (term: "retry" | "keepHere" | "remove") => `${localize.term(term)}: ${name}`
  return html`<span class="about">
      <bdi class="name">${name}</bdi>
      <span class="reason ${isCancelled ? "calm" : ""}">${reason}</span>
      ${isCancelled || advice === "" ? nothing : html`<span>${advice}</span>`}
      ${safety === "" ? nothing : html`<span class="safe">${safety}</span>`}
    </span>
    ${
      actions.asked === id
        ? html`<span class="choices" role="group" aria-label=${name}>
            <span>${localize.term("removeSure")}</span>
            <button part="action" type="button" class="danger" aria-label=${label("remove")} @click=${() => actions.remove(id)}>
              ${localize.term("remove")}
            </button>
            <button part="action" type="button" @click=${() => actions.ask(undefined)}>${localize.term("keep")}</button>
          </span>`
        : html`<span class="choices">
            <button part="action" type="button" aria-label=${label("retry")} @click=${() => actions.retry(id)}>
              ${icon("retry")}${localize.term("retry")}
            </button>
            ${
              isUpload && !isCancelled && state.local
                ? html`<button part="action" type="button" aria-label=${label("keepHere")} @click=${() => actions.keepHere(id)}>
                    ${localize.term("keepHere")}
                  </button>`
                : nothing
            }
            <button part="action" type="button" aria-label=${label("remove")} @click=${() => actions.ask(id)}>
              ${localize.term("remove")}
            </button>
          </span>`
    }`
}
