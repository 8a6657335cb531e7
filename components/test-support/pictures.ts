/** A real PNG of one colour. */
export const picture = async (width: number, height: number, color = "#3a7"): Promise<File> => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  if (context === null) throw new Error("no canvas here")
  context.fillStyle = color
  context.fillRect(0, 0, width, height)
  return new File([await canvas.convertToBlob({ type: "image/png" })], `${color.slice(1)}.png`, {
    type: "image/png",
  })
}

/** A small text file. */
export const textFile = (name: string, text = name): File => new File([text], name, { type: "text/plain" })
