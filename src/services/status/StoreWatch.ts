import { Context } from "effect"
import type { StoreState } from "../../types/index.js"

/** Whether the LiveStore store under the engine works. */
export class StoreWatch extends Context.Tag("filesync/StoreWatch")<
  StoreWatch,
  { readonly state: () => StoreState }
>() {}
