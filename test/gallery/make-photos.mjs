/** Runs in the page: draws photos and saves each, so that no more than one is in memory. */
const drawAndSave = async ([key, from, to]) => {
  const engine = globalThis[Symbol.for(key)]
  const [width, height] = [4000, 3000]
  globalThis.photoCanvas ??= new OffscreenCanvas(width, height)
  const context = globalThis.photoCanvas.getContext("2d")
  let bytes = 0
  let saveMs = 0
  for (let at = from; at < to; at += 1) {
    const sky = context.createLinearGradient(0, 0, width, height)
    sky.addColorStop(0, `hsl(${(at * 37) % 360} 70% 70%)`)
    sky.addColorStop(1, `hsl(${(at * 37 + 150) % 360} 60% 25%)`)
    context.fillStyle = sky
    context.fillRect(0, 0, width, height)
    // Leaves, as far as an encoder is concerned.
    let state = at + 1
    const random = () => (state = (state * 1664525 + 1013904223) >>> 0) / 2 ** 32
    for (let stroke = 0; stroke < 6000; stroke += 1) {
      context.fillStyle = `hsl(${random() * 360} 60% ${20 + random() * 60}% / 0.5)`
      context.fillRect(random() * width, random() * height, 8 + random() * 90, 2 + random() * 40)
    }
    context.fillStyle = "#fff"
    context.font = "900px sans-serif"
    context.fillText(String(at + 1), 300, 1800)
    const photo = await globalThis.photoCanvas.convertToBlob({ type: "image/jpeg", quality: 0.92 })
    bytes += photo.size
    const startedAt = performance.now()
    await engine.saveFile(photo, { name: `photo-${at + 1}.jpg` })
    saveMs += performance.now() - startedAt
  }
  return { bytes, saveMs }
}

/** Saves `count` photos in the page's store. */
export const makePhotos = async (page, count) => {
  let megabytes = 0
  let saveMs = 0
  const step = 20
  for (let from = 0; from < count; from += step) {
    const made = await page.evaluate(drawAndSave, ["livestore-filesync", from, Math.min(count, from + step)])
    megabytes += made.bytes / 1e6
    saveMs += made.saveMs
  }
  return { megabytes, saveSeconds: (saveMs / 1000).toFixed(1) }
}
