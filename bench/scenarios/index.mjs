import { boot } from "./boot.mjs"
import { bundle } from "./bundle.mjs"
import { changeCost } from "./change-cost.mjs"
import { eventCost } from "./event-cost.mjs"
import { largeLibrary } from "./large-library.mjs"
import { largeFiles, uploadToFolder } from "./large-files.mjs"
import { mainThread } from "./main-thread.mjs"
import { resume, resumeToFolder } from "./resume.mjs"
import { saveMany } from "./save-many.mjs"
import { saveOne } from "./save-one.mjs"
import { serve } from "./serve.mjs"
import { server } from "./server.mjs"
import { syncMany, uploadManyToFolder } from "./sync-many.mjs"

/** Every program of measurements, in the order in which they run; one may measure several scenarios, and several one. */
export const scenarios = [
  saveOne,
  saveMany,
  mainThread,
  boot,
  changeCost,
  eventCost,
  largeLibrary,
  syncMany,
  uploadManyToFolder,
  largeFiles,
  uploadToFolder,
  resume,
  resumeToFolder,
  serve,
  server,
  bundle,
]
