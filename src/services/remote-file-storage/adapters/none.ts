import { RemoteFailure, type RemoteStorageAdapter } from "../../../types/index.js"

const refuse = () =>
  Promise.reject(new RemoteFailure("Rejected", "This store keeps its files on this device"))

/** No remote: files stay on this device, and nothing is ever queued. */
export const noneAdapter = (): RemoteStorageAdapter => ({
  name: "none",
  enabled: false,
  upload: refuse,
  download: refuse,
  delete: () => Promise.resolve(),
  checkHealth: () => Promise.resolve(),
  head: () => Promise.resolve(undefined),
})
