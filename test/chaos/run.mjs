#!/usr/bin/env node
/**
 * `npm run chaos -- --minutes 60 --seed 1`, or `--rounds 200`: rounds of one seed after the other, `--per-seed` (25) each. A
 * seed that fails ends, and the next one begins; `--stop` stops there. The last line counts what was done and what was wrong:
 * anything at all = exit code 1.
 */
import { makeReport } from "./report.mjs"
import { startChaos } from "./rounds.mjs"

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const minutes = argument("minutes", undefined)
const rounds = argument("rounds", minutes === undefined ? 200 : Number.POSITIVE_INFINITY)
const perSeed = argument("per-seed", 25)
const endAt = minutes === undefined ? Number.POSITIVE_INFINITY : performance.now() + minutes * 60_000
let seed = argument("seed", 1)
let done = 0
const report = makeReport()
const write = (line) => process.stdout.write(`${line}\n`)
const say = (sentence, messages) => {
  write(sentence)
  for (const message of messages) write(`    ${message.slice(0, 600)}`)
}
const isOver = () => done >= rounds || performance.now() > endAt

for (; !isOver(); seed += 1) {
  let chaos
  try {
    chaos = await startChaos({ seed, say, keepFolder: `.cache/chaos/seed-${seed}` })
    for (let at = 0; at < perSeed && !isOver(); at += 1, done += 1) await chaos.round()
  } catch (cause) {
    done += 1
    const found = chaos?.failures() ?? []
    for (const failure of found.includes(cause) ? found : [...found, cause]) {
      report.fail(failure)
      write(`seed ${seed} failed (${failure.kind ?? "driver"}): ${failure.stack}`)
    }
    for (const message of chaos?.messages() ?? []) write(`    ${message.slice(0, 600)}`)
    if (process.argv.includes("--stop")) break
  } finally {
    if (chaos !== undefined) report.add(chaos.counts())
    await chaos?.stop().catch((cause) => write(`could not stop: ${cause}`))
  }
}
write(report.text())
process.exit(report.isGood() ? 0 : 1)
