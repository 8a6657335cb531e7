import { html, type TemplateResult } from "lit"

/** A tab: its key and its label. */
export interface Tab<Key extends string> {
  readonly key: Key
  readonly label: string
  /** A number shown behind the label; 0 shows nothing. */
  readonly count?: number
}

/**
 * The tab to which a key leads from a tab, or `undefined` when the key is not for the tabs. The arrow keys follow the
 * text direction.
 */
export const tabAfterKey = (
  key: string,
  at: number,
  count: number,
  isRightToLeft: boolean,
): number | undefined => {
  const [forwards, backwards] = isRightToLeft ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"]
  if (key === forwards) return (at + 1) % count
  if (key === backwards) return (at + count - 1) % count
  if (key === "Home") return 0
  return key === "End" ? count - 1 : undefined
}

/** Tabs that choose as soon as they are reached by arrow keys; only the chosen one is in the page's tab order. */
export const tabList = <Key extends string>(options: {
  readonly label: string
  readonly tabs: ReadonlyArray<Tab<Key>>
  readonly chosen: Key
  readonly choose: (key: Key) => void
}): TemplateResult => {
  const { label, tabs, chosen, choose } = options
  const onKey = (event: KeyboardEvent): void => {
    const list = event.currentTarget as HTMLElement
    const at = tabs.findIndex(({ key }) => key === chosen)
    const isRightToLeft = getComputedStyle(list).direction === "rtl"
    const next = tabAfterKey(event.key, at, tabs.length, isRightToLeft)
    const tab = next === undefined ? undefined : tabs[next]
    if (tab === undefined || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    choose(tab.key)
    list.querySelector<HTMLElement>(`#tab-${tab.key}`)?.focus()
  }
  return html`<div role="tablist" part="tabs" class="tabs" aria-label=${label} @keydown=${onKey}>
    ${tabs.map(
      ({ key, label: word, count = 0 }) => html`<button
        type="button"
        role="tab"
        part="tab"
        id="tab-${key}"
        aria-controls="panel"
        aria-selected=${key === chosen ? "true" : "false"}
        tabindex=${key === chosen ? 0 : -1}
        @click=${() => choose(key)}
      >
        ${word}${count > 0 ? html`<span class="count">${count}</span>` : ""}
      </button>`,
    )}
  </div>`
}
