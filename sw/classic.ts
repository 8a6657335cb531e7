/** The ready-made service worker: hosted as it is, or `importScripts("…/filesync-sw.js")` in one line. */
import { classicOptions } from "./classic-options.js"
import { installFileSyncServiceWorker } from "./install.js"
import { scope } from "./worker-scope.js"

installFileSyncServiceWorker(scope(), classicOptions(new Error().stack ?? "", scope().location.href))
