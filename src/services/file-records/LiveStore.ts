import { Context } from "effect"
import type { AttachedStore } from "./attached-store.js"

/** The app's LiveStore store, for Effect programs that compose `FileSyncLive`. */
export class LiveStore extends Context.Tag("filesync/LiveStore")<LiveStore, AttachedStore>() {}
