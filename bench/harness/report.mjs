const columns = ["scenario", "metric", "subject", "median", "min", "unit", "n", "ratioToFloor", "ratioToPeer"]

/** The lines as a table of text. */
export const formatTable = (lines) => {
  const rows = [columns, ...lines.map((line) => columns.map((name) => String(line[name] ?? "")))]
  const widths = columns.map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  return rows.map((row) => `${row.map((cell, at) => cell.padEnd(widths[at])).join("  ").trimEnd()}\n`).join("")
}

export const writeReport = async () => {}
