import { describePicture } from "./describe-picture.js"
import { keepThumbnail, makeThumbnail } from "./make-thumbnail.js"
import type { PictureAnswer, PictureMessage, PictureRequest } from "./protocol.js"

const post = (answer: PictureAnswer, isLast = true): void =>
  globalThis.postMessage({ answer, isLast } satisfies PictureMessage)

const serve = async (request: PictureRequest): Promise<void> => {
  if (request.type === "thumbnail") return post(await makeThumbnail(request))
  if (request.type === "keep") {
    await keepThumbnail(request)
    return post(null)
  }
  const { facts, first } = await describePicture(request)
  // A save waits for the description, and not for the copy.
  post(facts, false)
  post(await first().catch(() => null))
}

globalThis.addEventListener("message", (event: MessageEvent<PictureRequest>) => {
  // A picture that cannot be decoded is shown, or fails, as it would without this worker.
  serve(event.data).catch(() => post(null))
})
