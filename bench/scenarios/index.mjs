import { boot } from "./boot.mjs"
import { eventCost } from "./event-cost.mjs"
import { mainThread } from "./main-thread.mjs"
import { saveMany } from "./save-many.mjs"
import { saveOne } from "./save-one.mjs"
import { syncMany } from "./sync-many.mjs"

/** Every scenario, in the order in which they run. */
export const scenarios = [saveOne, saveMany, mainThread, boot, eventCost, syncMany]
