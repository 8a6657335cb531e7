import fc from "fast-check"
import { type Action, anyProgram } from "./actions.js"
import { type Findings, inspect } from "./invariants.js"
import { World } from "./world.js"

/** How much happened, so that a simulation in which nothing happens does not pass for a good one. */
const seen = { saves: 0, facts: 0 }

const runProgram = async (
  seed: number,
  program: ReadonlyArray<Action>,
  trace?: Array<string>,
): Promise<Findings> => {
  const world = new World(seed)
  world.trace = trace
  world.begin()
  for (const action of program) await world.perform(action)
  await world.comeToRest()
  const findings = inspect(world)
  for (const fact of world.backend.facts) world.note(() => JSON.stringify(fact))
  for (const { name, disk } of world.devices)
    world.note(() => `${name} ${JSON.stringify([...disk.journals])}`)
  seen.saves += world.saved.size
  seen.facts += world.backend.facts.length
  for (const device of world.devices) device.killAll()
  return findings
}

const isClean = ({ lost, corrupt, stuck }: Findings): boolean =>
  lost.length + corrupt.length + stuck.length === 0

const numberAfter = (flag: string): number | undefined => {
  const at = process.argv.indexOf(flag)
  const value = at === -1 ? Number.NaN : Number(process.argv[at + 1])
  return Number.isFinite(value) ? value : undefined
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const runSeed = async (seed: number): Promise<Findings | undefined> => {
  const [program] = fc.sample(anyProgram, { seed, numRuns: 1 })
  const findings = await runProgram(seed, program as ReadonlyArray<Action>)
  return isClean(findings) ? undefined : findings
}

/** The smallest program that still fails, as fast-check finds it. */
const shrink = async (seed: number): Promise<void> => {
  const property = fc.asyncProperty(anyProgram, async (program) => isClean(await runProgram(seed, program)))
  const details = await fc.check(property, {
    seed,
    numRuns: 1,
    endOnFailure: false,
    interruptAfterTimeLimit: 60_000,
  })
  const [program] = details.counterexample ?? []
  if (program === undefined) return
  say(`smallest failing program (${program.length} actions):`)
  for (const action of program) say(`  ${JSON.stringify(action)}`)
  const trace: Array<string> = []
  say(JSON.stringify(await runProgram(seed, program, trace), null, 2))
  for (const line of trace) say(line)
}

const start = numberAfter("--start") ?? 1
const only = numberAfter("--seed")
const seeds =
  only === undefined ? Array.from({ length: numberAfter("--seeds") ?? 200 }, (_, at) => start + at) : [only]
const total = { lost: 0, corrupt: 0, stuck: 0 }
const began = Date.now()
let failed = 0

for (const seed of seeds) {
  const findings = await runSeed(seed)
  if ((seed - start + 1) % 1_000 === 0) say(`seeds ${start} to ${seed}: ${failed} failed`)
  if (findings === undefined) continue
  failed++
  for (const kind of ["lost", "corrupt", "stuck"] as const) if (findings[kind].length > 0) total[kind]++
  say(`seed ${seed}: ${JSON.stringify(findings)}`)
  say(`replay with: npm run simulate -- --seed ${seed}`)
  if (failed === 1) await shrink(seed)
  if (failed >= 10) break
}
say(`${seen.saves} files saved, ${seen.facts} facts synced`)
say(`took ${((Date.now() - began) / 1000).toFixed(1)} s`)
say(`${seeds.length} schedules: ${total.lost} lost, ${total.corrupt} corrupt, ${total.stuck} stuck`)
process.exit(failed === 0 ? 0 : 1)
