import { LitElement } from "lit"
import { keepFocus } from "./keep-focus.js"
import { LocalizeController } from "./localize/localize-controller.js"

type ReflectedValue = string | number
interface ReflectedProperty {
  readonly attribute: string
  readonly initial: ReflectedValue
}

/**
 * What every element here shares: strings in the reader's language, and reflected read-only properties, which report
 * the element's state. Each is a read-only property and a reflected attribute; values written from outside are
 * overwritten.
 */
export abstract class FilesyncElement extends LitElement {
  static #outProperties = new WeakMap<object, ReadonlyMap<string, ReflectedProperty>>()

  /**
   * Declares the reflected read-only properties of a class: property name to attribute and value before anything is
   * known.
   */
  protected static declareReflected(properties: Readonly<Record<string, ReflectedProperty>>): void {
    FilesyncElement.#outProperties.set(this.prototype, new Map(Object.entries(properties)))
    for (const [name, { initial }] of Object.entries(properties)) {
      Object.defineProperty(this.prototype, name, {
        configurable: true,
        enumerable: true,
        get(this: FilesyncElement) {
          return #values in this ? (this.#values.get(name) ?? initial) : initial
        },
        // Frameworks assign every prop they are given; ignoring is kinder than throwing.
        set() {},
      })
    }
  }

  static override get observedAttributes(): Array<string> {
    const out = outPropertiesOf(this.prototype)
    return [...super.observedAttributes, ...Array.from(out.values(), ({ attribute }) => attribute)]
  }

  /** The declared reflected properties of a class, or else of the nearest class above it that has any. */
  static outPropertiesOf(prototype: object): ReadonlyMap<string, ReflectedProperty> {
    for (let at: object | null = prototype; at !== null; at = Object.getPrototypeOf(at)) {
      const found = FilesyncElement.#outProperties.get(at)
      if (found !== undefined) return found
    }
    return new Map()
  }

  constructor() {
    super()
    // A page may have assigned to the element before it was defined: those would hide the real properties for good.
    for (const name of outPropertiesOf(this).keys()) Reflect.deleteProperty(this, name)
  }

  protected readonly internals: ElementInternals = this.attachInternals()
  protected readonly localize = new LocalizeController(this)
  readonly #values = new Map<string, ReflectedValue>()
  #shownState: string | undefined

  override connectedCallback(): void {
    super.connectedCallback()
    for (const name of outPropertiesOf(this).keys()) this.#reflect(name)
  }

  override attributeChangedCallback(name: string, before: string | null, after: string | null): void {
    super.attributeChangedCallback(name, before, after)
    for (const [property, { attribute }] of outPropertiesOf(this)) {
      if (attribute === name) this.#reflect(property)
    }
  }

  protected override performUpdate(): void {
    keepFocus(this, () => super.performUpdate())
  }

  /** Sets reflected properties, their attributes and, for `state`, the custom state. */
  protected setReflected(values: Readonly<Record<string, ReflectedValue>>): void {
    for (const [name, value] of Object.entries(values)) {
      const before = (this as unknown as Record<string, ReflectedValue>)[name]
      if (before === value && this.#values.has(name)) continue
      this.#values.set(name, value)
      this.#reflect(name)
      this.requestUpdate()
    }
  }

  #reflect(name: string): void {
    const property = outPropertiesOf(this).get(name)
    if (property === undefined) return
    const value = String(this.#values.get(name) ?? property.initial)
    if (this.isConnected && this.getAttribute(property.attribute) !== value) {
      this.setAttribute(property.attribute, value)
    }
    if (name === "state" && value !== this.#shownState) {
      if (this.#shownState !== undefined) setCustomState(this.internals, this.#shownState, false)
      setCustomState(this.internals, value, true)
      this.#shownState = value
    }
  }
}

const outPropertiesOf = (prototype: object) => FilesyncElement.outPropertiesOf(prototype)

/** Sets or takes away a custom state, which pages style with `:state(…)`. */
export const setCustomState = (internals: ElementInternals, state: string, isOn: boolean): void => {
  try {
    if (isOn) internals.states.add(state)
    else internals.states.delete(state)
  } catch {
    // Browsers before `:state()` accept only names with two dashes, or have no states; the attribute shows the state there.
  }
}
