import { Context } from "effect"

/** Where file ids come from: random, so that devices never agree on one by chance. */
export class FileIds extends Context.Reference<FileIds>()("filesync/FileIds", {
  defaultValue: () => ({ next: (): string => crypto.randomUUID() }),
}) {}
