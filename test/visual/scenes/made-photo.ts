/** A landscape in few colours: something to see proportions, cropping and colours by. */
export const madePhoto = async (width: number, height: number, hue = 210): Promise<File> => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D
  for (let band = 0; band < 4; band++) {
    context.fillStyle = `hsl(${hue + band * 40} ${60 - band * 5}% ${60 + band * 7}%)`
    context.fillRect(0, (height * band) / 5, width, height)
  }
  context.fillStyle = "#fff6d0"
  context.beginPath()
  context.arc(width * 0.72, height * 0.3, height * 0.12, 0, 7)
  context.fill()
  for (const [at, dark] of [
    [0.55, 35],
    [0.7, 24],
  ] as const) {
    context.fillStyle = `hsl(${hue + 20} 35% ${dark}%)`
    context.beginPath()
    context.moveTo(0, height)
    for (let x = 0; x <= width; x += 4)
      context.lineTo(x, height * (at + 0.1 * Math.sin(x / (width / 9)) * Math.cos(x / (width / 4) + at * 9)))
    context.lineTo(width, height)
    context.fill()
  }
  return new File([await canvas.convertToBlob({ type: "image/png" })], "Harbour in the morning.png", {
    type: "image/png",
  })
}

/** The same in a few pixels, as it travels with a record. */
export const madePlaceholder = async (): Promise<string> => {
  const bytes = new Uint8Array(await (await madePhoto(20, 15)).arrayBuffer())
  return `data:image/png;base64,${btoa(String.fromCharCode(...bytes))}`
}
