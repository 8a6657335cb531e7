import { RemoteFailure } from "../../../../types/index.js"

/** An upload answer, whichever way it was sent. */
export interface SendAnswer {
  readonly status: number
  readonly header: (name: string) => string | null
  readonly body: string
}

/** What {@link send} needs. */
export interface SendRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Blob
  readonly withCredentials: boolean
  readonly signal: AbortSignal
  readonly onProgress: (loadedBytes: number, totalBytes: number) => void
  /** Given up when not one byte moved for so long. */
  readonly stallTimeoutMs: number
}

/** Sends a blob by XMLHttpRequest, the only way a browser tells upload progress; aborting closes the connection. */
export const send = (request: SendRequest): Promise<SendAnswer> =>
  new Promise((resolve, reject) => {
    const { signal } = request
    if (signal.aborted) return reject(new RemoteFailure("Aborted", "The upload was cancelled"))
    const xhr = new XMLHttpRequest()
    let stall: ReturnType<typeof setTimeout> | undefined
    const settle = (finish: () => void) => {
      clearTimeout(stall)
      signal.removeEventListener("abort", onAbort)
      finish()
    }
    const fail = (error: RemoteFailure) => settle(() => reject(error))
    const onAbort = () => {
      xhr.abort()
      fail(new RemoteFailure("Aborted", "The upload was cancelled"))
    }
    const watchForStall = () => {
      clearTimeout(stall)
      stall = setTimeout(() => {
        xhr.abort()
        fail(new RemoteFailure("Timeout", `No byte moved for ${request.stallTimeoutMs} ms`))
      }, request.stallTimeoutMs)
    }
    signal.addEventListener("abort", onAbort)
    xhr.upload.onprogress = (event) => {
      watchForStall()
      request.onProgress(event.loaded, request.body.size)
    }
    xhr.onload = () =>
      settle(() =>
        resolve({
          status: xhr.status,
          header: (name) => xhr.getResponseHeader(name),
          body: xhr.responseText,
        }),
      )
    xhr.onerror = () => fail(new RemoteFailure("Offline", "The server could not be reached"))
    xhr.open(request.method, request.url)
    xhr.withCredentials = request.withCredentials
    for (const [name, value] of Object.entries(request.headers)) xhr.setRequestHeader(name, value)
    watchForStall()
    xhr.send(request.body)
  })
