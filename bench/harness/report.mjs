import { readFileSync, writeFileSync } from "node:fs"
import { cpus, release, totalmem } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { drawRatios } from "./chart.mjs"

const bench = fileURLToPath(new URL("../", import.meta.url))
const columns = ["scenario", "metric", "subject", "median", "min", "unit", "n", "ratioToFloor", "ratioToPeer"]
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

/** Writes the results between the marks of `README.md`, and the charts beside it. */
export const writeReport = (lines, { quick, browserVersion, loadAverage, missing }) => {
  writeFileSync(
    join(bench, "ratio-to-floor.svg"),
    drawRatios("Time and memory, as multiples of the floor", bars(lines, "ratioToFloor", "#3b82c4")),
  )
  const againstPeer = bars(lines, "ratioToPeer", "#3f9c6b")
  if (againstPeer.length > 0) {
    writeFileSync(
      join(bench, "ratio-to-peer.svg"),
      drawRatios("Time and memory, as multiples of the peer", againstPeer),
    )
  }
  const path = join(bench, "README.md")
  const text = readFileSync(path, "utf8")
  const results = [
    beginMark,
    "",
    `${quick ? "The `--quick` form" : "The full form"}, ${new Date().toISOString().slice(0, 10)}, on ${machine()}, ${browserVersion}. Load average over the last minute: ${loadAverage.begin.toFixed(1)} when it began, ${loadAverage.end.toFixed(1)} when it ended${loadAverage.begin > cpus().length ? ": the machine was busy with other work, so read the ratios and leave the absolute values" : ""}.`,
    ...(missing.length === 0 ? [] : ["", ...missing.map((line) => `Left out: ${line}.`)]),
    "",
    "![Multiples of the floor](ratio-to-floor.svg)",
    ...(againstPeer.length > 0 ? ["", "![Multiples of the peer](ratio-to-peer.svg)"] : []),
    "",
    markdownTable(lines),
    "",
    endMark,
  ].join("\n")
  const [before, rest] = text.split(beginMark)
  const after = rest?.split(endMark)[1] ?? "\n"
  writeFileSync(path, `${before}${results}${after}`)
}
