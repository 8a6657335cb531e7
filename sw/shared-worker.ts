/** A script of one line, same-origin, so that every tab means the same shared worker; it must be a module. */
export const answerSharedWorker = (sharedWorkerUrl: string): Response =>
  new Response(`import ${JSON.stringify(sharedWorkerUrl)}\n`, {
    headers: { "Content-Type": "text/javascript", "Cache-Control": "no-store" },
  })
