#!/usr/bin/env node
/** `npm run chaos -- --rounds 200 --seed 1`: rounds of one seed after the other, ten each, until one fails or all are done. */
import { startChaos } from "./rounds.mjs"

const argument = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const rounds = argument("rounds", 200)
const perSeed = argument("per-seed", 25)
let seed = argument("seed", 1)
let done = 0
const say = (sentence, messages) => {
  process.stdout.write(`${sentence}\n`)
  for (const message of messages) process.stdout.write(`    ${message.slice(0, 600)}\n`)
}
for (; done < rounds; seed += 1) {
  let chaos
  try {
    chaos = await startChaos({ seed, say })
    for (let at = 0; at < perSeed && done < rounds; at += 1, done += 1) await chaos.round()
    process.stdout.write(`seed ${seed}: ${JSON.stringify(chaos.counts())}\n`)
  } catch (cause) {
    process.stdout.write(`seed ${seed} failed: ${cause.stack}\n`)
    process.exitCode = 1
    if (!process.argv.includes("--go-on")) break
    done += 1
  } finally {
    await chaos?.stop()
  }
}
process.stdout.write(`${done} rounds\n`)
process.exit()
