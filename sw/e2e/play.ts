/** Plays a video or a sound and returns what is seen. */
import { colourOfSecond } from "./make-video.js"

const happens = (target: EventTarget, type: string): Promise<unknown> =>
  new Promise((resolve, reject) => {
    target.addEventListener(type, resolve, { once: true })
    target.addEventListener("error", () => reject(new Error(`error instead of ${type}`)), { once: true })
  })

/** Begins to load; resolves when the length is known. */
export const openMedia = async (tag: "video" | "audio", url: string): Promise<HTMLMediaElement> => {
  const media = document.createElement(tag)
  media.muted = true
  media.src = url
  document.body.append(media)
  await happens(media, "loadedmetadata")
  return media
}

/** Jumps, and resolves when the picture of that time is there. */
export const seek = async (media: HTMLMediaElement, seconds: number): Promise<void> => {
  const seeked = happens(media, "seeked")
  media.currentTime = seconds
  await seeked
}

/** Plays until that time is passed. */
export const playUntil = async (media: HTMLMediaElement, seconds: number): Promise<void> => {
  await media.play()
  while (media.currentTime < seconds) await happens(media, "timeupdate")
  media.pause()
}

/** Does the picture show this second? Compared by colour, because the video has one for each. */
export const showsSecond = (media: HTMLMediaElement, second: number): boolean => {
  const canvas = new OffscreenCanvas(2, 1)
  const pen = canvas.getContext("2d")
  if (pen === null) return false
  // The corner holds no number.
  pen.drawImage(media as HTMLVideoElement, 0, 0, 20, 20, 0, 0, 1, 1)
  pen.fillStyle = colourOfSecond(second)
  pen.fillRect(1, 0, 1, 1)
  const { data } = pen.getImageData(0, 0, 2, 1)
  return [0, 1, 2].every((channel) => Math.abs((data[channel] ?? 0) - (data[channel + 4] ?? 255)) < 40)
}

/** Resolves when the picture shows this second; a busy machine paints it some time after the player is there. */
export const untilShown = async (media: HTMLMediaElement, second: number): Promise<void> => {
  const deadline = performance.now() + 60_000
  while (!showsSecond(media, second)) {
    if (performance.now() > deadline)
      throw new Error(`Second ${second} is not shown; the player is at ${media.currentTime} s`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
