/** A part of the program that loads beside the page. */
export interface Beside<Module> {
  /** Begins to load it, or gives what is loaded. What could not be loaded is asked for again by the next call. */
  (): Promise<Module>
  /** The part, as soon as it is there: who has it need not wait a turn. */
  readonly loaded: Module | undefined
}

/** Loads a part of the program once, whoever asks first. */
export const loadBeside = <Module>(importIt: () => Promise<Module>): Beside<Module> => {
  let loading: Promise<Module> | undefined
  const load = (): Promise<Module> => {
    if (loading === undefined) {
      loading = importIt()
      loading.then(
        (module) => Object.assign(load, { loaded: module }),
        () => (loading = undefined),
      )
    }
    return loading
  }
  return Object.assign(load, { loaded: undefined })
}
