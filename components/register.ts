/** Registers an element's class, unless another copy of this package has registered the tag already. */
export const register = (name: string, element: CustomElementConstructor): void => {
  if (customElements.get(name) === undefined) customElements.define(name, element)
}
