import type { FileRecord } from "../../src/client/global-client.js"
import type { LocalizeController } from "../localize/localize-controller.js"
import { bindRecord, bindState } from "./bind-record.js"
import { arrange } from "./keyed-rows.js"
import type { ListRow } from "./list-rows.js"

/** Marks what a list made, so that a copy of the list takes it over instead of doubling it. */
const keyAttribute = "data-file-id"

interface Row {
  readonly elements: ReadonlyArray<Element>
  record: FileRecord | undefined
  stateKey: string | undefined
  version: number
}

/** The clones of a list's `<template>`: one for each record, kept while the record is shown. */
export class TemplateRows {
  readonly #host: Element
  readonly #rows = new Map<string, Row>()
  #template: HTMLTemplateElement | undefined

  constructor(host: Element) {
    this.#host = host
  }

  /** The list's own template, if it has one. */
  get template(): HTMLTemplateElement | null {
    return this.#host.querySelector<HTMLTemplateElement>(":scope > template")
  }

  /** Whether a deletion can be undone in the template's own way. */
  get hasUndo(): boolean {
    return this.template?.content.querySelector("[data-file-undo]") != null
  }

  /** Shows these records, in this order. */
  show(rows: ReadonlyArray<ListRow>, localize: LocalizeController): void {
    const { template } = this
    if (template !== (this.#template ?? null)) this.clear()
    if (template === null) return
    this.#template = template
    if (this.#rows.size === 0) this.#adopt()
    const wanted = new Set(rows.map(({ record }) => record.id))
    for (const [id, { elements }] of this.#rows) {
      if (wanted.has(id)) continue
      for (const element of elements) element.remove()
      this.#rows.delete(id)
    }
    const order: Array<Element> = []
    for (const shown of rows) {
      const { record, stateKey } = shown
      const row = this.#rows.get(record.id) ?? this.#make(record.id, template)
      if (row.record !== record || row.version !== localize.version) {
        for (const element of row.elements) bindRecord(element, record, localize)
      }
      if (row.stateKey !== stateKey || row.version !== localize.version) {
        for (const element of row.elements) bindState(element, shown, localize)
      }
      Object.assign(row, { record, stateKey, version: localize.version })
      order.push(...row.elements)
    }
    arrange(this.#host, order, endOf(template, order))
  }

  /** Takes all clones away. */
  clear(): void {
    for (const { elements } of this.#rows.values()) for (const element of elements) element.remove()
    this.#rows.clear()
    this.#template = undefined
  }

  #make(id: string, template: HTMLTemplateElement): Row {
    const clone = document.importNode(template.content, true)
    const row: Row = { elements: [...clone.children], record: undefined, stateKey: undefined, version: -1 }
    for (const element of row.elements) element.setAttribute(keyAttribute, id)
    this.#rows.set(id, row)
    return row
  }

  #adopt(): void {
    for (const element of this.#host.querySelectorAll(`:scope > [${keyAttribute}]`)) {
      const id = element.getAttribute(keyAttribute) ?? ""
      const elements = [...(this.#rows.get(id)?.elements ?? []), element]
      this.#rows.set(id, { elements, record: undefined, stateKey: undefined, version: -1 })
    }
  }
}

/** The record a node inside a list belongs to. */
export const fileIdAt = (element: Element): string | undefined =>
  element.closest(`[${keyAttribute}]`)?.getAttribute(keyAttribute) ?? undefined

/** Clones stand right behind the template; what the page put after it stays after them. */
const endOf = (template: HTMLTemplateElement, order: ReadonlyArray<Element>): Node | null => {
  const mine = new Set<Node>(order)
  let next = template.nextSibling
  while (next !== null && mine.has(next)) next = next.nextSibling
  return next
}
