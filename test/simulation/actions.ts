import fc from "fast-check"
import type { Mood } from "./sim-remote.js"

/** One thing that happens in a simulation. Numbers choose among what there is at that moment. */
export type Action =
  | { readonly do: "open-tab" | "close-tab" | "kill-tab" | "kill-device" | "reset"; readonly device: number }
  | { readonly do: "save"; readonly device: number; readonly tab: number; readonly content: number }
  | { readonly do: "save-many"; readonly device: number; readonly tab: number; readonly content: number }
  /** Saved, and cancelled at once. */
  | { readonly do: "save-cancelled"; readonly device: number; readonly tab: number; readonly content: number }
  | {
      readonly do: "update"
      readonly device: number
      readonly tab: number
      readonly file: number
      readonly content: number
    }
  | {
      readonly do:
        | "delete"
        | "restore-version"
        | "restore-deleted"
        | "evict"
        | "read"
        | "cancel"
        | "retry"
        | "prioritize"
        | "pin"
        | "unpin"
      readonly device: number
      readonly tab: number
      readonly file: number
    }
  | {
      readonly do: "offline" | "online" | "disk-full" | "disk-free" | "pause" | "resume"
      readonly device: number
    }
  | { readonly do: "faults"; readonly rate: number }
  | { readonly do: "mood"; readonly mood: Mood }
  /** The bucket loses an object, which a backup still has. */
  | { readonly do: "lose-object"; readonly at: number }
  | { readonly do: "token"; readonly expired: boolean }
  | { readonly do: "jump"; readonly ms: number }
  | { readonly do: "wait"; readonly ms: number }

const device = fc.nat(2)
const tab = fc.nat(3)
const file = fc.nat(7)
// A few that many files share, and enough for some to be of one file only.
const content = fc.oneof(fc.nat(5), fc.nat(40))
const wait = fc.oneof(fc.nat(20), fc.nat(400), fc.nat(5_000)).map((ms): Action => ({ do: "wait", ms }))

const onDevice = <Name extends string>(...names: ReadonlyArray<Name>) =>
  fc.record({ do: fc.constantFrom(...names), device })

/** Any action, with those that matter most drawn most often. */
export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 6, arbitrary: wait },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("save" as const), device, tab, content }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("save-many" as const), device, tab, content }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("save-cancelled" as const), device, tab, content }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("update" as const), device, tab, file, content }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "delete" as const,
        "restore-version",
        "restore-deleted",
        "evict",
        "read",
        "read",
        "cancel",
        "cancel",
        "retry",
        "prioritize",
        "pin",
        "unpin",
      ),
      device,
      tab,
      file,
    }),
  },
  { weight: 5, arbitrary: onDevice("open-tab" as const, "close-tab", "kill-tab", "kill-device", "reset") },
  {
    weight: 3,
    arbitrary: onDevice(
      "offline" as const,
      "online",
      "online",
      "disk-full",
      "disk-free",
      "disk-free",
      "pause",
      "resume",
      "resume",
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(0, 0.2, 0.6).map((rate): Action => ({ do: "faults", rate })) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom<Mood>("well", "well", "elsewhere", "refusing", "tokenless", "broken")
      .map((mood): Action => ({ do: "mood", mood })),
  },
  { weight: 1, arbitrary: fc.nat(40).map((at): Action => ({ do: "lose-object", at })) },
  { weight: 1, arbitrary: fc.boolean().map((expired): Action => ({ do: "token", expired })) },
  { weight: 1, arbitrary: fc.constantFrom(-3_600_000, 3_600_000).map((ms): Action => ({ do: "jump", ms })) },
)

/** A whole program. Without bias: fast-check begins with small ones otherwise, and each seed is a beginning. */
export const anyProgram: fc.Arbitrary<ReadonlyArray<Action>> = fc.noBias(
  fc.array(anyAction, { minLength: 1, maxLength: 60, size: "max" }),
)
