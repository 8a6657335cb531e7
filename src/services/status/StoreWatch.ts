import { Context } from "effect"
import type { StoreState } from "../../types/index.js"

/** How the LiveStore store under the engine does. */
export class StoreWatch extends Context.Tag("filesync/StoreWatch")<
  StoreWatch,
  { readonly state: () => StoreState }
>() {}
