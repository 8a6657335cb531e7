/** How long a page waits for what it shows, wherever the bytes come from. */

/** One whole answer after the other; milliseconds each. */
export const fetchTimes = async (url, count) => {
  const times = []
  for (let at = 0; at < count; at += 1) {
    const beginMs = performance.now()
    const answer = await fetch(url, { cache: "no-store" })
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`)
    await answer.arrayBuffer()
    times.push(performance.now() - beginMs)
  }
  return times
}

/** All pictures at once, until the last is decoded. */
export const imagesTime = async (urls) => {
  const beginMs = performance.now()
  await Promise.all(
    urls.map((url) => {
      const image = new Image()
      image.src = url
      return image.decode()
    }),
  )
  return performance.now() - beginMs
}

const happens = (element, name) =>
  new Promise((resolve, reject) => {
    element.addEventListener(name, resolve, { once: true })
    element.addEventListener("error", () => reject(new Error(element.error?.message)), { once: true })
  })

/** Jumps through a recording, never to where it was before; milliseconds each. */
export const seekTimes = async (url, count) => {
  const media = document.createElement("audio")
  media.preload = "metadata"
  media.src = url
  await happens(media, "loadedmetadata")
  const times = []
  for (let at = 0; at < count; at += 1) {
    const seeked = happens(media, "seeked")
    const beginMs = performance.now()
    media.currentTime = media.duration * (((at * 7 + 3) % count) / count)
    await seeked
    times.push(performance.now() - beginMs)
  }
  media.removeAttribute("src")
  media.load()
  return times
}
