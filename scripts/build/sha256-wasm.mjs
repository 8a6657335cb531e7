/**
 * Writes `src/services/local-file-storage/io-worker/sha256-code.ts`: `node scripts/build/sha256-wasm.mjs`. The inner
 * loop of SHA-256 as WebAssembly, by hand: a tenth of the bytes of a general library, at nine tenths of its speed.
 */
import { writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const generated = fileURLToPath(
  new URL("../../src/services/local-file-storage/io-worker/sha256-code.ts", import.meta.url),
)

/** Where things are in its memory, in bytes. The state is at 0; blocks may be anywhere behind the schedule. */
const layout = { constants: 32, schedule: 288 }

// Of the WebAssembly specification, chapter 5 ("Binary format"): numbers as LEB128, instructions as bytes.
const unsigned = (value) => (value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)])
const signed = (value) =>
  value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)]
const section = (id, content) => [id, ...unsigned(content.length), ...content]
const text = (name) => [name.length, ...Buffer.from(name)]

const i32 = 0x7f
const get = (local) => [0x20, local]
const set = (local) => [0x21, local]
const tee = (local) => [0x22, local]
const number = (value) => [0x41, ...signed(value)]
const load = (address, offset) => [...address, 0x28, 2, ...unsigned(offset)]
const store = (address, offset, value) => [...address, ...value, 0x36, 2, ...unsigned(offset)]
const operation = (code) => (left, right) => [...left, ...right, code]
const add = operation(0x6a)
const and = operation(0x71)
const or = operation(0x72)
const xor = operation(0x73)
const below = operation(0x49)
const right = (value, bits) => [...value, ...number(bits), 0x76]
const rotate = (value, bits) => [...value, ...number(bits), 0x78]
const sum = (...terms) => terms.reduce(add)
/** Runs the body, and again while the condition holds. */
const loop = (body, condition) => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b]
const step = (local, bytes) => [...add(get(local), number(bytes)), ...set(local)]

// Parameters: where the blocks begin and end. Then a counter, a scratch word, the eight working variables, and what
// the majority of this round and of the one before shares.
const [block, end, at, scratch, ...locals] = Array.from({ length: 14 }, (_, index) => index)
const working = locals.slice(0, 8)
const differences = locals.slice(8)

const bigSigma = (local, [first, second, third]) =>
  xor(xor(rotate(get(local), first), rotate(get(local), second)), rotate(get(local), third))
const smallSigma = (value, local, [first, second, shift]) =>
  xor(xor(rotate([...value, ...tee(local)], first), rotate(get(local), second)), right(get(local), shift))

/** Words are big-endian: the two middle bytes of each half change places by rotation. */
const bigEndian = (value) =>
  or(
    rotate(and([...value, ...tee(scratch)], number(0x00ff00ff)), 8),
    and(rotate(get(scratch), 24), number(0x00ff00ff)),
  )

const schedule = [
  ...number(0),
  ...set(at),
  ...loop(
    [...store(get(at), layout.schedule, bigEndian(load(add(get(block), get(at)), 0))), ...step(at, 4)],
    below(get(at), number(64)),
  ),
  ...loop(
    [
      ...store(
        get(at),
        layout.schedule,
        sum(
          load(get(at), layout.schedule - 64),
          smallSigma(load(get(at), layout.schedule - 60), scratch, [7, 18, 3]),
          load(get(at), layout.schedule - 28),
          smallSigma(load(get(at), layout.schedule - 8), scratch, [17, 19, 10]),
        ),
      ),
      ...step(at, 4),
    ],
    below(get(at), number(256)),
  ),
]

/** Of each round the variables' names move on by one; after eight they are where they began. */
const round = (index) => {
  const [a, b, , d, e, f, g, h] = working.map((_, place) => working[(place - index + 8) % 8])
  const choice = xor(get(g), and(get(e), xor(get(f), get(g))))
  const majority = xor(
    and([...xor(get(a), get(b)), ...tee(differences[index % 2])], get(differences[(index + 1) % 2])),
    get(b),
  )
  return [
    ...sum(
      get(h),
      bigSigma(e, [6, 11, 25]),
      choice,
      load(get(at), layout.constants + index * 4),
      load(get(at), layout.schedule + index * 4),
    ),
    ...tee(scratch),
    ...add([], get(d)),
    ...set(d),
    ...sum(get(scratch), bigSigma(a, [2, 13, 22]), majority),
    ...set(h),
  ]
}

const compress = loop(
  [
    ...schedule,
    ...working.flatMap((local, index) => [...load(number(0), index * 4), ...set(local)]),
    ...xor(get(working[1]), get(working[2])),
    ...set(differences[1]),
    ...number(0),
    ...set(at),
    ...loop([...working.flatMap((_, index) => round(index)), ...step(at, 32)], below(get(at), number(256))),
    ...working.flatMap((local, index) =>
      store(number(0), index * 4, add(load(number(0), index * 4), get(local))),
    ),
    ...step(block, 64),
  ],
  below(get(block), get(end)),
)

/** The whole module: exports its memory as `m` and `c(from, to)`, which takes the blocks in between. */
export const sha256Module = () => {
  const body = [1, 12, i32, ...compress, 0x0b]
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 2, i32, i32, 0]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, 2]),
    ...section(7, [2, ...text("m"), 2, 0, ...text("c"), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ])
}

/** The file that carries it. */
export const sha256Code =
  () => `/** SHA-256's inner loop as WebAssembly in Base64; \`scripts/build/sha256-wasm.mjs\` writes this file. */
export const sha256Code =
  "${Buffer.from(sha256Module()).toString("base64")}"
`

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(generated, sha256Code())
