/** Screenshots of scenes joined to one sheet for each element and look, and sheets compared. */
import pixelmatch from "pixelmatch"
import { PNG } from "pngjs"

/** A colour counts as another from here on: between what an encoder rounds and what an eye sees. */
const threshold = 0.15

/** Photographs every scene of an element and joins them from top to bottom. */
export const photographSheet = async (page, sheet) => {
  const names = await page.evaluate((key) => globalThis.sceneNames[key], sheet)
  const scenes = []
  for (const name of names) {
    const clip = await page
      .evaluate(([key, scene]) => globalThis.showScene(key, scene), [sheet, name])
      .catch((cause) => {
        throw new Error(`${sheet}: ${name}: ${cause.message}`)
      })
    // As large as the scene, so that nothing has to scroll.
    const png = await page.screenshot({
      clip: { x: 0, y: 0, ...clip },
      fullPage: true,
      animations: "disabled",
      caret: "hide",
    })
    scenes.push({ name, image: PNG.sync.read(png) })
  }
  const width = Math.max(...scenes.map(({ image }) => image.width))
  const height = scenes.reduce((sum, { image }) => sum + image.height, 0)
  const joined = new PNG({ width, height })
  let top = 0
  for (const scene of scenes) {
    PNG.bitblt(scene.image, joined, 0, 0, scene.image.width, scene.image.height, 0, top)
    scene.top = top
    top += scene.image.height
  }
  return {
    image: joined,
    scenes: scenes.map(({ name, top: at, image }) => ({ name, top: at, height: image.height })),
  }
}

/** Names of the scenes that differ, and a picture of the differences; `undefined` when nothing does. */
export const compareSheets = (sheet, baselineBytes) => {
  const baseline = PNG.sync.read(baselineBytes)
  const { image, scenes } = sheet
  if (baseline.width !== image.width || baseline.height !== image.height) {
    const was = `${baseline.width} × ${baseline.height}`
    return { scenes: [`another size: ${was} before, ${image.width} × ${image.height} now`], image }
  }
  const difference = new PNG({ width: image.width, height: image.height })
  const count = pixelmatch(baseline.data, image.data, difference.data, image.width, image.height, {
    threshold,
    diffMask: true,
  })
  if (count === 0) return undefined
  const differs = ({ top, height }) =>
    difference.data
      .subarray(top * image.width * 4, (top + height) * image.width * 4)
      .some((byte) => byte !== 0)
  return { scenes: scenes.filter(differs).map(({ name }) => name), image: difference }
}
