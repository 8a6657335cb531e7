/**
 * The options of the command line: `[--scenario NAME]… [--subject NAME]… [--quick] [--rounds N] [--profile FOLDER]
 * [--json] [--no-report]`.
 */
export const readOptions = (args, scenarioNames) => {
  const options = { quick: false, json: false, report: true, scenarios: [], subjects: [] }
  const rest = [...args]
  const valueOf = (flag) => {
    const value = rest.shift()
    if (value === undefined) throw new Error(`${flag} needs a value.`)
    return value
  }
  while (rest.length > 0) {
    const flag = rest.shift()
    if (flag === "--quick") options.quick = true
    else if (flag === "--profile") options.profile = valueOf(flag)
    else if (flag === "--rounds") {
      options.rounds = Number(valueOf(flag))
      if (!Number.isSafeInteger(options.rounds) || options.rounds < 1)
        throw new Error("--rounds needs a whole number of at least 1.")
    } else if (flag === "--json") options.json = true
    else if (flag === "--no-report") options.report = false
    else if (flag === "--scenario") options.scenarios.push(...valueOf(flag).split(","))
    else if (flag === "--subject") options.subjects.push(...valueOf(flag).split(","))
    else
      throw new Error(
        `${flag} is unknown. Known: --scenario --subject --quick --rounds --profile --json --no-report`,
      )
  }
  // A profile costs time.
  if (options.profile !== undefined) options.report = false
  const unknown = options.scenarios.find((name) => !scenarioNames.includes(name))
  if (unknown !== undefined)
    throw new Error(`No scenario "${unknown}". There are: ${scenarioNames.join(" ")}`)
  return options
}
