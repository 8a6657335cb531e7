export type * from "./file-record.js"
export type * from "./file-sync-client.js"
export type * from "./transfer.js"
export * from "./remote-storage-adapter.js"
