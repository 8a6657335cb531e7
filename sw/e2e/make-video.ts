/** Makes a small WebM video in the browser: every second has its own colour and number, and is easy to find by seeking. */

const width = 320
const height = 180
const framesPerSecond = 5

/** Colour of a second, as CSS; far enough from its neighbours to be distinguished after compression. */
export const colourOfSecond = (second: number): string => `hsl(${(second * 77) % 360} 90% 50%)`

/**
 * A video of that many seconds, as its head and a piece for each second. After each piece belongs an EBML void element
 * (`0xec`, a length in eight bytes) with that much padding, which makes the video as large as a test needs.
 */
export const makeVideo = async (
  seconds: number,
  paddingBytesPerSecond: number,
): Promise<{ readonly head: Blob; readonly clusters: ReadonlyArray<Blob> }> => {
  const clusters = await encodeSeconds(seconds)
  const pieceBytes = (cluster: Blob) => cluster.size + voidHeadBytes + paddingBytesPerSecond
  const info = element(
    0x1549a966,
    element(0x2ad7b1, number(1_000_000)),
    element(0x4489, double(seconds * 1000)),
    element(0x4d80, text("test")),
    element(0x5741, text("test")),
  )
  const video = element(0xe0, element(0xb0, number(width)), element(0xba, number(height)))
  const entry = [element(0xd7, number(1)), element(0x73c5, number(1)), element(0x83, number(1))]
  const tracks = element(0x1654ae6b, element(0xae, ...entry, element(0x86, text("V_VP8")), video))

  const cuesFor = (firstCluster: number): Blob => {
    let position = firstCluster
    const points = clusters.map((cluster, second) => {
      const at = element(0xb7, element(0xf7, number(1)), element(0xf1, number(position)))
      position += pieceBytes(cluster)
      return element(0xbb, element(0xb3, number(second * 1000)), at)
    })
    return element(0x1c53bb6b, ...points)
  }
  // Numbers have one width, so the length of the index does not depend on what it says.
  const cues = cuesFor(info.size + tracks.size + cuesFor(0).size)
  const header = [
    element(0x4286, number(1)),
    element(0x42f7, number(1)),
    element(0x42f2, number(4)),
    element(0x42f3, number(8)),
    element(0x4282, text("webm")),
    element(0x4287, number(2)),
    element(0x4285, number(2)),
  ]
  const bodyBytes = clusters.reduce((sum, cluster) => sum + pieceBytes(cluster), 0)
  const segment = open(0x18538067, info.size + tracks.size + cues.size + bodyBytes)
  return { head: new Blob([element(0x1a45dfa3, ...header), ...segment, info, tracks, cues]), clusters }
}

const encodeSeconds = async (seconds: number): Promise<ReadonlyArray<Blob>> => {
  const blocks: Array<Array<Blob>> = Array.from({ length: seconds }, () => [])
  const encoder = new VideoEncoder({
    output: (chunk) => {
      const data = new Uint8Array(chunk.byteLength)
      chunk.copyTo(data)
      const second = Math.floor(chunk.timestamp / 1_000_000)
      const offsetMs = Math.round(chunk.timestamp / 1000) - second * 1000
      const head = new Uint8Array([0x81, offsetMs >> 8, offsetMs & 255, chunk.type === "key" ? 0x80 : 0])
      blocks[second]?.push(element(0xa3, head, data))
    },
    error: (error) => {
      throw error
    },
  })
  encoder.configure({ codec: "vp8", width, height, bitrate: 300_000, framerate: framesPerSecond })
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext("2d")
  if (pen === null) throw new Error("no canvas")
  for (let frame = 0; frame < seconds * framesPerSecond; frame++) {
    const second = Math.floor(frame / framesPerSecond)
    pen.fillStyle = colourOfSecond(second)
    pen.fillRect(0, 0, width, height)
    pen.fillStyle = "black"
    pen.font = "bold 90px sans-serif"
    pen.fillText(`${second}`, 110, 125)
    const picture = new VideoFrame(canvas, { timestamp: (frame * 1_000_000) / framesPerSecond })
    encoder.encode(picture, { keyFrame: frame % framesPerSecond === 0 })
    picture.close()
  }
  await encoder.flush()
  return blocks.map((parts, second) => element(0x1f43b675, element(0xe7, number(second * 1000)), ...parts))
}

/** Name and length of a void element. */
const voidHeadBytes = 9

/** How an EBML element begins; the length always takes eight bytes. */
const open = (id: number, sizeBytes: number): ReadonlyArray<Uint8Array<ArrayBuffer>> => {
  const name = id.toString(16).match(/../g) ?? []
  const length = number(sizeBytes)
  length[0] = 0x01
  return [Uint8Array.from(name, (digits) => Number.parseInt(digits, 16)), length]
}

const element = (id: number, ...parts: ReadonlyArray<BlobPart>): Blob => {
  const content = new Blob([...parts])
  return new Blob([...open(id, content.size), content])
}

const number = (value: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

const double = (value: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setFloat64(0, value)
  return bytes
}

const text = (value: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(value)
