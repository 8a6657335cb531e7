import type { Layer } from "effect"
import { Cause, HashMap, Logger, LogLevel } from "effect"

/** One line of the engine's log, as data. */
export interface LogEntry {
  readonly level: "Debug" | "Info" | "Warning" | "Error"
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}

/** Receives every log entry. */
export type LogListener = (entry: LogEntry) => void

const toLevel = (level: LogLevel.LogLevel): LogEntry["level"] => {
  if (LogLevel.greaterThanEqual(level, LogLevel.Error)) return "Error"
  if (LogLevel.greaterThanEqual(level, LogLevel.Warning)) return "Warning"
  return LogLevel.greaterThanEqual(level, LogLevel.Info) ? "Info" : "Debug"
}

/** Sends the engine's log to a listener, or discards it; never to the console. */
export const layerLogger = (listener: LogListener | undefined): Layer.Layer<never> => {
  if (listener === undefined) return Logger.remove(Logger.defaultLogger)
  const logger = Logger.make(({ logLevel, message, annotations, cause }) => {
    const [first, ...rest] = Array.isArray(message) ? message : [message]
    const details: Record<string, unknown> = { ...Object.fromEntries(HashMap.toEntries(annotations)) }
    if (rest.length > 0) details["values"] = rest
    if (!Cause.isEmpty(cause)) details["cause"] = Cause.squash(cause)
    try {
      listener({ level: toLevel(logLevel), message: String(first), details })
    } catch {
      // A logger that throws must not make the logged operation fail.
    }
  })
  return Logger.replace(Logger.defaultLogger, logger)
}
