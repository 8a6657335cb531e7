import { describePicture } from "./describe-picture.js"
import { makeThumbnail } from "./make-thumbnail.js"
import type { PictureAnswer, PictureRequest } from "./protocol.js"

const answerTo = (request: PictureRequest): Promise<PictureAnswer> =>
  request.type === "describe" ? describePicture(request.picture, request.mimeType) : makeThumbnail(request)

globalThis.addEventListener("message", (event: MessageEvent<PictureRequest>) => {
  answerTo(event.data).then(
    (answer) => globalThis.postMessage(answer),
    // A picture that cannot be decoded is shown, or fails, as it would without this worker.
    () => globalThis.postMessage(null),
  )
})
