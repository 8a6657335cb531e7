import pictureWorkerSource from "virtual:picture-worker"

/** Starts a worker from its own text, as the I/O worker, so that no bundler has to know about it. */
export const startPictureWorker = (): Worker => {
  const url = URL.createObjectURL(new Blob([pictureWorkerSource], { type: "text/javascript" }))
  const worker = new Worker(url, { type: "module", name: "livestore-filesync-pictures" })
  // The worker has fetched its script by then; Chromium needs the URL until it has.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
  return worker
}
