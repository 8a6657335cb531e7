import { Context, type Effect } from "effect"
import type { HashError } from "../../../errors/index.js"

/** SHA-256 of files, as lower-case hex. */
export class Hasher extends Context.Tag("filesync/Hasher")<
  Hasher,
  {
    /** Reads the file once. Fails with `HashError` (`Failed`) when it cannot be read. */
    readonly hash: (file: Blob) => Effect.Effect<string, HashError>
  }
>() {}
