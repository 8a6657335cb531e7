import { expect } from "@esm-bundle/chai"
import "axe-core/axe.min.js"
import type { LitElement } from "lit"

interface Axe {
  run(
    context: Element,
    options: object,
  ): Promise<{
    readonly violations: ReadonlyArray<{
      readonly id: string
      readonly help: string
      readonly nodes: ReadonlyArray<{ readonly html: string; readonly failureSummary?: string }>
    }>
  }>
}

const stages = new Set<HTMLElement>()

/** Puts markup on the page and gives its first element, rendered; `clearFixtures` takes everything away. */
export const fixture = async <Made extends Element>(markup: string): Promise<Made> => {
  const stage = document.createElement("div")
  stage.innerHTML = markup
  document.body.append(stage)
  stages.add(stage)
  const element = stage.firstElementChild as Made
  await rendered(element)
  return element
}

/** Removes all fixtures and waits until the elements have noticed. */
export const clearFixtures = async (): Promise<void> => {
  for (const stage of stages) stage.remove()
  stages.clear()
  await Promise.resolve()
}

/** Waits until the element has shown its latest state. */
export const rendered = async (element: Element): Promise<void> => {
  const { updateComplete } = element as Partial<LitElement>
  // False means that the update itself caused another one.
  if (updateComplete !== undefined && !(await updateComplete)) await rendered(element)
}

/** Waits until the condition holds; fails with its text after 20 seconds, which only a broken element needs, or after `withinMs`. */
export const until = async (condition: () => unknown, withinMs = 60_000): Promise<void> => {
  const deadline = performance.now() + withinMs
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`never became true: ${condition}`)
    await new Promise((resolve) => requestAnimationFrame(resolve))
  }
}

/** The next event of this name on the target. */
export const nextEvent = <Name extends keyof GlobalEventHandlersEventMap>(
  target: EventTarget,
  name: Name,
): Promise<GlobalEventHandlersEventMap[Name]> =>
  new Promise((resolve) => {
    target.addEventListener(name, (event) => resolve(event as GlobalEventHandlersEventMap[Name]), {
      once: true,
    })
  })

/** Fails with a list of what axe found, also inside shadow roots. */
export const expectAccessible = async (element: Element): Promise<void> => {
  const { axe } = globalThis as unknown as { readonly axe: Axe }
  // `region` is about whole pages, and a test page has no landmarks.
  const { violations } = await axe.run(element, {
    rules: { region: { enabled: false } },
    // It gathers the places of what is in order as well otherwise.
    resultTypes: ["violations"],
  })
  const found = violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help}\n${nodes.map((node) => `  ${node.html}\n  ${node.failureSummary}`).join("\n")}`,
  )
  expect(found.join("\n"), "what axe found").to.equal("")
}

/** The first element that matches the selector inside the element's shadow root. */
export const inside = <Found extends Element = HTMLElement>(
  element: Element,
  selector: string,
): Found | null => element.shadowRoot?.querySelector<Found>(selector) ?? null

/** The words inside the element, each run of space as one. */
export const wordsOf = (element: Element, selector: string): string =>
  (inside(element, selector)?.textContent ?? "").replace(/\s+/g, " ").trim()
