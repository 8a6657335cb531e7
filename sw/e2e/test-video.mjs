/** A video as large as a test needs, made by a page of the test world: every second has a colour of its own. */

/** The bytes of the video; `sizeBytes` of padding are spread over its seconds. */
export const makeTestVideo = async (page, seconds, sizeBytes) => {
  const padding = Math.floor(sizeBytes / seconds)
  const { head, clusters } = await page.evaluate(
    (args) => globalThis.page.makeTestVideo(...args),
    [seconds, padding],
  )
  const filling = Buffer.alloc(9 + padding)
  filling[0] = 0xec
  filling.writeBigUInt64BE(BigInt(padding), 1)
  filling[1] = 0x01
  const pieces = clusters.flatMap((cluster) => [Buffer.from(cluster, "base64"), filling])
  return Buffer.concat([Buffer.from(head, "base64"), ...pieces])
}
