/** The service worker's parts, for apps that own one: `handleFileSyncFetch` in their `fetch` listener, or all at once. */
export { type FileSyncFetchOptions, handleFileSyncFetch } from "./handle-fetch.js"
export { handleFileSyncMessage } from "./handle-message.js"
export { type FileSyncWorkerOptions, installFileSyncServiceWorker } from "./install.js"
