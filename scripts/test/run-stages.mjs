/** Runs stages side by side and prints the output of each in one piece. */

const describe = ({ passed, failed }) =>
  failed === 0 ? `${passed} passed` : `${passed} passed, ${failed} FAILED`

const runStage = async (name, run, say) => {
  const output = []
  const startedAt = performance.now()
  const result = await run((chunk) => output.push(String(chunk))).catch((cause) => {
    output.push(cause instanceof Error ? cause.message : String(cause))
    return { passed: 0, failed: 1 }
  })
  const seconds = (performance.now() - startedAt) / 1000
  say(`\n── ${name} (${seconds.toFixed(0)} s)\n${output.join("").trimEnd()}`)
  return { name, ...result, seconds }
}

/**
 * Runs these stages, at most `atOnce` at a time, in their order. A stage's output is printed when it ends, so that two
 * of them do not mix.
 */
export const runStages = async (stages, { atOnce, say }) => {
  const waiting = Object.entries(stages)
  const results = []
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, run] = next
      say(`${name} …`)
      results.push(await runStage(name, run, say))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

/** Prints a line for each stage, after what failed in it: the output above is long. */
export const report = (results, say) => {
  say("")
  for (const { name, failures = [] } of results) {
    for (const failure of failures) say(`${name}: ${failure}`)
  }
  for (const result of results) {
    say(`${result.name.padEnd(8)} ${result.seconds.toFixed(1).padStart(6)} s  ${describe(result)}`)
  }
}
