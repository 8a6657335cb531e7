import { type Clock, Clock as ClockModule, Duration, Effect } from "effect"

interface Timer {
  readonly at: number
  readonly order: number
  readonly wake: () => void
}

/** Time that passes only when a test advances it; timers of the same moment wake in the order they were set. */
export class SimClock {
  #now = 1_800_000_000_000
  #order = 0
  #timers: Array<Timer> = []

  get now(): number {
    return this.#now
  }

  /** Calls `wake` after `ms`; gives what takes it back. */
  after(ms: number, wake: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, wake }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.after(ms, resolve))
  }

  /** Lets time pass, and everything that is due in it happen, one after the other. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    while (true) {
      let due: Timer | undefined
      for (const timer of this.#timers)
        if (timer.at <= end && (due === undefined || inOrder(timer, due) < 0)) due = timer
      if (due === undefined) break
      this.#timers = this.#timers.filter((timer) => timer !== due)
      this.#now = Math.max(this.#now, due.at)
      due.wake()
      await settle()
    }
    this.#now = end
  }

  /** The wall clock jumps; timers do not notice. */
  jump(ms: number): void {
    this.#now += ms
    this.#timers = this.#timers.map((timer) => ({ ...timer, at: timer.at + ms }))
  }

  /** As Effect's clock of a device whose clock is wrong by so much. */
  asEffectClock(wrongByMs = 0): Clock.Clock {
    const now = (): number => this.#now + wrongByMs
    const currentTimeMillis = Effect.sync(now)
    return {
      [ClockModule.ClockTypeId]: ClockModule.ClockTypeId,
      unsafeCurrentTimeMillis: now,
      unsafeCurrentTimeNanos: () => BigInt(now()) * 1_000_000n,
      currentTimeMillis,
      currentTimeNanos: Effect.map(currentTimeMillis, (ms) => BigInt(ms) * 1_000_000n),
      sleep: (duration) =>
        Effect.async<void>((resume) => {
          const cancel = this.after(Duration.toMillis(duration), () => resume(Effect.void))
          return Effect.sync(cancel)
        }),
    }
  }
}

const inOrder = (one: Timer, other: Timer): number => one.at - other.at || one.order - other.order

/** Lets everything run that can run without time passing: a macrotask comes after all microtasks. */
export const settle = async (): Promise<void> => {
  for (let round = 0; round < 1; round++) await new Promise<void>((resolve) => void setImmediate(resolve))
}
