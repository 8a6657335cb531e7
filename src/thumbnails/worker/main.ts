import { describePicture } from "./describe-picture.js"
import { findThumbnail, keepThumbnail, makeThumbnail } from "./make-thumbnail.js"
import type { FindRequest, FoundMessage, PictureAnswer, PictureMessage, PictureRequest } from "./protocol.js"

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

const answerFind = async (request: FindRequest): Promise<void> => {
  const found = await findThumbnail(request).catch(() => undefined)
  globalThis.postMessage({ id: request.id, found } satisfies FoundMessage)
}

globalThis.addEventListener("message", (event: MessageEvent<PictureRequest | FindRequest>) => {
  if (event.data.type === "find") return void answerFind(event.data)
  // A picture that cannot be decoded is shown, or fails, as it would without this worker.
  return void serve(event.data).catch(() => post(null))
})
