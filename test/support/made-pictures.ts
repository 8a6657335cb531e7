/** A photo-like picture: a gradient with something in one corner, so that turning and cropping can be seen. */
export const madePicture = async (
  width: number,
  height: number,
  type = "image/jpeg",
  hue = 20,
): Promise<File> => {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D
  const sky = context.createLinearGradient(0, 0, width, height)
  sky.addColorStop(0, `hsl(${hue} 80% 60%)`)
  sky.addColorStop(1, `hsl(${hue + 180} 80% 30%)`)
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)
  context.fillStyle = "#0f0"
  context.fillRect(0, 0, width / 4, height / 4)
  return new File([await canvas.convertToBlob({ type, quality: 0.9 })], `picture.${type.slice(6)}`, { type })
}

/** The JPEG as a camera writes it that was held upright: its pixels lie on their side, and it says so. */
export const turnedJpeg = async (jpeg: Blob): Promise<File> => {
  const bytes = new Uint8Array(await jpeg.arrayBuffer())
  const exif = Uint8Array.from([
    ...[0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0, 0x49, 0x49, 0x2a, 0, 8, 0, 0, 0],
    ...[1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0],
  ])
  const joined = new Blob([bytes.subarray(0, 2), exif, bytes.subarray(2)])
  // In one piece: Firefox decodes no bitmap from a blob of several.
  return new File([await joined.arrayBuffer()], "turned.jpg", { type: "image/jpeg" })
}

/** A PNG that announces an animation. */
export const animatedPng = async (width: number, height: number): Promise<File> => {
  const png = new Uint8Array(await (await madePicture(width, height, "image/png")).arrayBuffer())
  const control = new Uint8Array(20)
  new DataView(control.buffer).setUint32(0, 8)
  control.set(new TextEncoder().encode("acTL"), 4)
  const afterHeader = 8 + 25
  return new File([png.subarray(0, afterHeader), control, png.subarray(afterHeader)], "moves.png", {
    type: "image/png",
  })
}

/** A GIF of one grey pixel. */
export const madeGif = (): File =>
  new File(
    [
      Uint8Array.from([
        ...[0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 0, 1, 0, 0x80, 0, 0, 0x77, 0x77, 0x77, 0, 0, 0],
        ...[0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0, 0x3b],
      ]),
    ],
    "dot.gif",
    { type: "image/gif" },
  )

/** Colours of a picture's corners, as they are shown: upper left, upper right, lower left. */
export const cornersOf = async (picture: Blob): Promise<ReadonlyArray<"green" | "other">> => {
  const bitmap = await createImageBitmap(picture)
  const { width, height } = bitmap
  const context = new OffscreenCanvas(width, height).getContext("2d") as OffscreenCanvasRenderingContext2D
  context.drawImage(bitmap, 0, 0)
  return (
    [
      [0.06, 0.06],
      [0.94, 0.06],
      [0.06, 0.94],
    ] as const
  ).map(([x, y]) => {
    const [red = 0, green = 0, blue = 0] = context.getImageData(x * width, y * height, 1, 1).data
    return green > 180 && red < 90 && blue < 90 ? "green" : "other"
  })
}
