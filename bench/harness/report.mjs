import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus, release, totalmem } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { drawRatios } from "./chart.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))
const columns = [
  "scenario",
  "metric",
  "subject",
  "median",
  "min",
  "unit",
  "n",
  "ratioToFloor",
  "ratioToPeer",
  "ratioToUppy",
]
const beginMark = "<!-- results: written by the program -->"
const endMark = "<!-- end of results -->"

const cells = (line) => columns.map((name) => String(line[name] ?? ""))

/** The lines as a table of text. */
export const formatTable = (lines) => {
  const rows = [columns, ...lines.map(cells)]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("")
}

const markdownRow = (row) => `| ${row.join(" | ")} |`

const markdownTable = (lines) =>
  [
    markdownRow(columns),
    markdownRow(columns.map(() => "---")),
    ...lines.map((line) => markdownRow(cells(line))),
  ].join("\n")

const isTime = ({ subject, unit }) => subject === "ours" && (unit === "ms" || unit === "MB")

const bars = (lines, key, color) =>
  lines
    .filter((line) => isTime(line) && line[key] > 0)
    .map((line) => ({ label: `${line.scenario}: ${line.metric}`, ratio: line[key], color }))

const machine = () =>
  [
    `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}`,
    `${Math.round(totalmem() / 1024 ** 3)} GB of memory`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ].join(", ")

const resultsPath = join(bench, "results.json")

/** Every scenario keeps the results of its last run, so that one can be repeated alone. */
const keepResults = (lines, failures, about) => {
  const kept = existsSync(resultsPath) ? JSON.parse(readFileSync(resultsPath, "utf8")) : {}
  for (const scenario of new Set([...lines.map((line) => line.scenario), ...failures.keys()])) {
    const failure = failures.get(scenario)
    kept[scenario] = {
      ...about,
      ...(failure === undefined ? {} : { failure }),
      lines: lines.filter((line) => line.scenario === scenario),
    }
  }
  writeFileSync(resultsPath, `${JSON.stringify(kept, undefined, 2)}\n`)
  return kept
}

const aboutRun = ({ form, date, load, missing, failure }) => {
  const busy =
    load > cpus().length ? ": busy with other work, so read the ratios and leave the absolute values" : ""
  const out = missing.map((line) => ` Left out: ${line}.`).join("")
  const failed = failure === undefined ? "" : ` **It failed, and what follows is all there is:** ${failure}`
  const loaded = load === undefined ? "load average not noted" : `load average ${load.toFixed(1)}${busy}`
  return `${form} form, ${date}, ${loaded}.${out}${failed}`
}

/** Writes the results between the marks of `README.md`, and the charts beside it. */
export const writeReport = (lines, about) => {
  const { quick, browserVersion, load, missing, failures, scenarioNames } = about
  const date = new Date().toISOString().slice(0, 10)
  const kept = keepResults(lines, failures, { form: quick ? "Quick" : "Full", date, load, missing })
  const scenarios = scenarioNames.filter((name) => name in kept)
  const all = scenarios.flatMap((name) => kept[name].lines)
  const draw = (file, title, key, color) => {
    const drawn = bars(all, key, color)
    if (drawn.length === 0) return []
    writeFileSync(join(bench, file), drawRatios(title, drawn))
    return [`![${title}](${file})`, ""]
  }
  const path = join(bench, "README.md")
  const results = [
    beginMark,
    "",
    `On ${machine()}, ${browserVersion}.`,
    "",
    ...draw("ratio-to-floor.svg", "Time and memory, as multiples of the floor", "ratioToFloor", "#3b82c4"),
    ...draw("ratio-to-peer.svg", "Time and memory, as multiples of the peer", "ratioToPeer", "#3f9c6b"),
    ...draw("ratio-to-uppy.svg", "Time and memory, as multiples of Uppy", "ratioToUppy", "#b7791f"),
    ...scenarios.flatMap((name) => [
      `### ${name}`,
      "",
      aboutRun(kept[name]),
      "",
      markdownTable(kept[name].lines),
      "",
    ]),
    endMark,
  ].join("\n")
  const [before, rest] = readFileSync(path, "utf8").split(beginMark)
  const after = rest?.split(endMark)[1] ?? "\n"
  writeFileSync(path, `${before}${results}${after}`)
}
