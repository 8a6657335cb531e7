export { diskStorage, removeTemporaryFiles } from "./disk-storage.js"
export { type NodeListenerOptions, toNodeListener } from "./node-listener.js"
