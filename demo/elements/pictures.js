/** Landscapes, drawn here, so that these pages need nothing from anywhere. */

const draw = async (width, height, hue) => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  const sky = context.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, `hsl(${hue} 65% 52%)`)
  sky.addColorStop(0.75, `hsl(${hue + 140} 85% 82%)`)
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)
  context.fillStyle = "#fff4cf"
  context.beginPath()
  context.arc(width * 0.7, height * 0.3, height * 0.1, 0, 7)
  context.fill()
  for (const [level, light] of [
    [0.52, 42],
    [0.64, 32],
    [0.77, 22],
  ]) {
    context.fillStyle = `hsl(${hue + 15} 34% ${light}%)`
    context.beginPath()
    context.moveTo(0, height)
    for (let x = 0; x <= width; x += 2) {
      const wave = Math.sin((x / width) * 9 + level * 20) + 0.5 * Math.sin((x / width) * 23 + level * 7)
      context.lineTo(x, height * (level + 0.05 * wave))
    }
    context.lineTo(width, height)
    context.fill()
  }
  return canvas
}

const toFile = async (canvas, name, type = "image/jpeg") =>
  new File([await canvas.convertToBlob({ type, quality: 0.9 })], name, { type })

/** A picture of this size; the hue distinguishes them. */
export const landscape = async (name, hue, width = 960, height = 640) =>
  toFile(await draw(width, height, hue), name)

/** The same in a few pixels, as a data URL. */
export const placeholderOf = async (hue, width = 960, height = 640) => {
  const canvas = await draw(width / 40, height / 40, hue)
  const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer())
  return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`
}
