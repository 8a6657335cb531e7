import { Clock, Effect, Exit, Fiber, FiberMap, Option } from "effect"
import type { ConcurrencyLimiter } from "./ConcurrencyLimiter.js"
import { earlyRetryLoop } from "./early-retry-loop.js"
import { type TransferError, toFailureFacts } from "./failure-facts.js"
import { LatestRuns } from "./latest-runs.js"
import { afterFailure, nextStep } from "./next-step.js"
import type { RetryClock } from "./retry-clock.js"
import { chanceLoop, type ChanceTrigger, isDueAgain, mayGetChance } from "./second-chance.js"
import type { TransferRunner } from "./SyncExecutor.js"
import type { TransferScheduler } from "./transfer-scheduler.js"
import { isSmall, type Transfer, transferKey } from "./transfer-table.js"

const earlyRetryKey = "early retry"
const chanceKey = "second chances"
const retryKey = (key: string): string => `retry ${key}`

/** The fibres of an executor, by key. */
export interface ExecutorFibers {
  readonly map: FiberMap.FiberMap<string>
  /** Runs an effect under a key and interrupts the one that runs under it, or, with `onlyIfMissing`, keeps that. */
  readonly fork: (
    key: string,
    effect: Effect.Effect<void>,
    options?: { readonly onlyIfMissing?: boolean },
  ) => void
}

/** What attempts need of the rest of the executor. */
export interface AttemptParts {
  readonly runner: TransferRunner["Type"]
  readonly limiter: ConcurrencyLimiter["Type"]
  readonly fibers: ExecutorFibers
  readonly retryClock: RetryClock
  readonly scheduler: TransferScheduler
  /** A transfer failed in a way that suggests that the remote cannot be reached. */
  readonly probe: () => void
}

/** Runs one attempt after the other of each transfer, and decides after a failure when the next one comes. */
export class TransferAttempts {
  readonly #parts: AttemptParts
  readonly #runs = new LatestRuns()

  constructor(parts: AttemptParts) {
    this.#parts = parts
  }

  /** Starts an attempt in a fibre of its own. */
  start(transfer: Transfer): void {
    const { runner, limiter, fibers, scheduler } = this.#parts
    const { kind, contentHash } = transfer
    scheduler.table.patch(transfer, {
      phase: "running",
      isInterrupted: false,
      bytesDone: 0,
      nextRetryAt: null,
      mayRetryEarlyAt: null,
    })
    scheduler.emit({ type: "started", transfer })
    const key = transferKey(kind, contentHash)
    const queue = scheduler.table.queueOf(transfer)
    const moving = runner.run(kind, contentHash, this.#progressOf(transfer, this.#runs.begin(key)))
    fibers.fork(
      key,
      (isSmall(queue) ? moving : limiter.during(queue)(moving)).pipe(
        Effect.exit,
        // A new attempt interrupts the one under its key, and an interrupted one does not get here.
        Effect.flatMap((exit) => this.#settle(transfer, exit)),
      ),
    )
  }

  /** Interrupts the attempts and pending retries of these transfers, and waits until they have ended. */
  abort(transfers: ReadonlyArray<Transfer>): Effect.Effect<void> {
    return Effect.suspend(() => {
      // The fibres as they are now: by the time one has ended, its key may stand for the next attempt.
      const ending = transfers.flatMap(({ kind, contentHash }) => {
        const key = transferKey(kind, contentHash)
        this.#runs.end(key)
        return [key, retryKey(key)].flatMap((name) =>
          Option.toArray(FiberMap.unsafeGet(this.#parts.fibers.map, name)),
        )
      })
      return Effect.asVoid(Fiber.interruptAll(ending))
    })
  }

  /** Interrupts everything and forgets how often transfers were tried. */
  abortAll(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#parts.retryClock.forgetAll()
      this.#runs.endAll()
      return FiberMap.clear(this.#parts.fibers.map)
    })
  }

  /** Gives stopped transfers that are due one more attempt. */
  giveChances(trigger: ChanceTrigger): Effect.Effect<void> {
    const { scheduler } = this.#parts
    return Effect.map(Clock.currentTimeMillis, (now) => {
      for (const transfer of scheduler.table.of(null).filter((one) => isDueAgain(one, trigger, now)))
        scheduler.change(transfer, { phase: "queued", chanceAt: now, failure: null })
      if (trigger === "time") scheduler.held.release()
      scheduler.pump()
    })
  }

  #progressOf(transfer: Transfer, isLatest: () => boolean) {
    const { table } = this.#parts.scheduler
    return (bytesDone: number, bytesTotal: number): void => {
      // Third-party adapters may misreport: ignores progress that is not a number or belongs to an attempt that has ended.
      if (!(bytesDone >= 0 && bytesTotal >= 0) || !isLatest()) return
      if (table.get(transfer.kind, transfer.contentHash)?.phase !== "running") return
      table.patch(transfer, { bytesDone, bytesTotal })
      const now = table.get(transfer.kind, transfer.contentHash)
      if (now !== undefined) this.#parts.scheduler.emit({ type: "progress", transfer: now })
    }
  }

  #settle(started: Transfer, exit: Exit.Exit<void, TransferError>): Effect.Effect<void> {
    const { scheduler, retryClock } = this.#parts
    return Effect.suspend(() => {
      const transfer = scheduler.table.get(started.kind, started.contentHash)
      if (transfer === undefined || transfer.phase !== "running") return Effect.void
      const key = transferKey(transfer.kind, transfer.contentHash)
      this.#runs.end(key)
      if (Exit.isFailure(exit)) return this.#fail(transfer, exit)
      retryClock.forget(key)
      scheduler.table.remove(transfer.kind, transfer.contentHash)
      scheduler.emit({ type: "done", transfer })
      scheduler.pump()
      return Effect.void
    })
  }

  #fail(transfer: Transfer, exit: Exit.Failure<void, TransferError>): Effect.Effect<void> {
    const { scheduler, retryClock, probe } = this.#parts
    const key = transferKey(transfer.kind, transfer.contentHash)
    const facts = toFailureFacts(exit.cause)
    const { step, attempt, limitedTries } = nextStep(transfer, facts)
    const delay = step.type === "again" ? retryClock.nextDelay(key, step.leastMs) : Effect.succeed(null)
    return Effect.zipWith(delay, Clock.currentTimeMillis, (delayMs, now) => {
      const changes = afterFailure(transfer, facts, step, delayMs, now)
      scheduler.table.patch(transfer, { ...changes, attempt, limitedTries })
      if (step.type === "hold") scheduler.held.hold(changes.failure)
      if (step.type !== "again") this.#lookAgainLater()
      if (changes.phase === "held") scheduler.reportPhase(transfer)
      else scheduler.emit({ type: "failed", transfer, error: facts.info, retryInMs: delayMs })
      if (delayMs !== null) this.#retryIn(transfer, delayMs)
      if (changes.mayRetryEarlyAt !== null) this.#retryEarlyIfAnswered()
      if (step.type === "again" && step.isProbed) probe()
      scheduler.pump()
    })
  }

  #retryIn(transfer: Transfer, delayMs: number): void {
    const again = Effect.sync(() => this.#parts.scheduler.requeue(transfer))
    const key = transferKey(transfer.kind, transfer.contentHash)
    this.#parts.fibers.fork(retryKey(key), Effect.delay(again, delayMs))
  }

  #retryEarlyIfAnswered(): void {
    const { runner, fibers, scheduler } = this.#parts
    const loop = earlyRetryLoop(
      runner.checkHealth,
      () => scheduler.table.all(),
      (transfer) => scheduler.requeue(transfer),
    )
    fibers.fork(earlyRetryKey, loop, { onlyIfMissing: true })
  }

  #lookAgainLater(): void {
    const { fibers, scheduler } = this.#parts
    const loop = chanceLoop(
      Effect.suspend(() => this.giveChances("time")),
      () => scheduler.table.of(null).some(mayGetChance),
    )
    fibers.fork(chanceKey, loop, { onlyIfMissing: true })
  }
}
