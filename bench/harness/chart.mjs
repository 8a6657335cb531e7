/** A chart of ratios as SVG: one bar each, on a logarithmic scale around 1, readable in light and dark. */

const rowHeight = 24
const labelWidth = 400
const plotWidth = 420
const margin = 16
const decades = [0.1, 1, 10, 100]

const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

const format = (ratio) => (ratio >= 10 ? ratio.toFixed(0) : ratio.toPrecision(2))

/** `bars`: `{ label, ratio, color }`; what is left of 1 is better than what it is compared with. */
export const drawRatios = (title, bars) => {
  const low = Math.log10(decades[0])
  const span = Math.log10(decades.at(-1)) - low
  const at = (ratio) => labelWidth + (Math.min(Math.max(Math.log10(ratio) - low, 0), span) / span) * plotWidth
  const height = bars.length * rowHeight + 70
  const lines = decades.map(
    (decade) =>
      `<line x1="${at(decade)}" x2="${at(decade)}" y1="40" y2="${height - 24}" stroke="#888" stroke-opacity="${decade === 1 ? 1 : 0.35}"/>` +
      `<text x="${at(decade)}" y="${height - 8}" text-anchor="middle">${decade} ×</text>`,
  )
  const rows = bars.map(({ label, ratio, color }, row) => {
    const y = 44 + row * rowHeight
    const [from, to] = [at(1), at(ratio)].toSorted((one, other) => one - other)
    return (
      `<text x="${labelWidth - 8}" y="${y + 13}" text-anchor="end">${escape(label)}</text>` +
      `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(to - from, 1).toFixed(1)}" height="${rowHeight - 8}" fill="${color}"/>` +
      `<text x="${(Math.max(from, to) + 6).toFixed(1)}" y="${y + 13}">${format(ratio)}</text>`
    )
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${labelWidth + plotWidth + 70} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="#777">
<title>${escape(title)}</title>
<text x="${margin}" y="24" font-size="15">${escape(title)}</text>
${[...lines, ...rows].join("\n")}
</svg>
`
}
