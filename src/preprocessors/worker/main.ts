import { changePicture } from "../change-picture.js"
import type { ImageAnswer, ImageRequest } from "./protocol.js"

const answer = async ({ picture, change }: ImageRequest): Promise<ImageAnswer> => {
  try {
    return { picture: await changePicture(picture, change) }
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) }
  }
}

globalThis.addEventListener("message", (event: MessageEvent<ImageRequest>) => {
  void answer(event.data).then((made) => globalThis.postMessage(made))
})
