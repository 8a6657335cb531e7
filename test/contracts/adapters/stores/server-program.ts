/** What the real stores of the adapter tests are made of; bundled for Node by the plugin beside it. */
export { allowAll } from "../../../../server/access.js"
export { diskStorage } from "../../../../server/disk-storage.js"
export { createFileSyncHandler } from "../../../../server/handler.js"
export { toNodeListener } from "../../../../server/node-listener.js"
export { s3Storage } from "../../../../server/s3-storage.js"
export { radosgwMissing, startRadosgw } from "../../../../server/test/radosgw.js"
export { startSwift, swiftMissing } from "../../../../server/test/swift.js"
