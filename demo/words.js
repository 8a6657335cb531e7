/** Sizes and states in words a person reads. */

const units = ["byte", "kilobyte", "megabyte", "gigabyte"]

/** `3 MB`; decimal units, as file managers count. */
export const sizeText = (sizeBytes) => {
  const power = sizeBytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(sizeBytes) / 3))
  return new Intl.NumberFormat(document.documentElement.lang, {
    style: "unit",
    unit: units[power],
    unitDisplay: power === 0 ? "long" : "short",
    maximumFractionDigits: power < 2 ? 0 : 1,
  }).format(sizeBytes / 1000 ** power)
}

const percent = (progress) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(progress)

/** What is going on with a file, or nothing when it is everywhere it should be. */
export const transferText = ({ transfer, progress, error, local }) => {
  switch (transfer) {
    case "queued-upload":
      return "only here, waiting"
    case "uploading":
      return `uploading ${percent(progress)}`
    case "queued-download":
      return "waiting to download"
    case "downloading":
      return `downloading ${percent(progress)}`
    case "error":
      return error?.message ?? "failed"
    default:
      return local ? "" : "not on this device"
  }
}
