import { Data } from "effect"

/** The package was set up or called in a way that cannot work. */
export class ConfigError extends Data.TaggedError("ConfigError")<{
  readonly reason:
    | "InvalidOption"
    | "MissingSchema"
    | "SchemaClash"
    | "Disposed"
    | "Unsupported"
    | "NotSupported"
  /** What is wrong and what to do, as a sentence. */
  readonly detail: string
}> {
  override get message(): string {
    return `livestore-filesync: ${this.detail}`
  }
}
