/** A reporter for `node --test`: what ran, file by file, as JSON of the same form as the unit tests' record. */
import { relative } from "node:path"
import { projectRoot } from "../../ensure-installed.mjs"

/**
 * A suite fails with its tests, which are counted themselves; a hook or a whole file fails for a reason of its own and
 * is counted.
 */
const speaksForItself = ({ details }) =>
  details.type !== "suite" || details.error?.failureType !== "subtestsFailed"

const nameOf = ({ name, file }) => (file?.endsWith(name) ? "(the file itself)" : name)

export default async function* nodeRecord(events) {
  const outcomes = new Map()
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue
    const file = relative(projectRoot, data.file ?? "")
    const outcome = outcomes.get(file) ?? { file, passed: [], failed: [], skipped: [] }
    outcomes.set(file, outcome)
    if (type === "test:fail") {
      const message = data.details.error?.cause?.message ?? data.details.error?.message ?? ""
      if (speaksForItself(data)) outcome.failed.push({ name: nameOf(data), message })
    } else if (data.skip !== undefined) {
      outcome.skipped.push(typeof data.skip === "string" ? `${data.name} (${data.skip})` : data.name)
    } else if (data.details.type !== "suite") outcome.passed.push(data.name)
  }
  yield JSON.stringify([...outcomes.values()])
}
