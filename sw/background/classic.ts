/** The ready-made addition to the service worker; `filesync-sw.js` imports it from beside itself when it is there. */
import { findOwnUrl, idleOption } from "../classic-options.js"
import { scope } from "../worker-scope.js"
import { installBackgroundUploads } from "./index.js"

installBackgroundUploads(scope(), idleOption(findOwnUrl(new Error().stack ?? "")))
