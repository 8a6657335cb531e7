/** How a test plans what the next operations of an engine do. */
export interface Faults {
  /** Asked before each saved file; what it throws or rejects with fails that save. */
  save?: (file: Blob) => void | Promise<void>
  /** Asked before each URL is given. */
  url?: (fileId: string) => void | Promise<void>
  /** Asked before each restored file; what it throws or rejects with fails that. */
  restore?: (fileId: string) => void | Promise<void>
  /** Makes smaller copies; without it there are none. */
  thumbnail?: (fileId: string, longSidePx: number) => Promise<Blob | undefined>
}

/** An error like the engine's: a reason that elements turn into a sentence. */
export const failure = (reason: string): Error => Object.assign(new Error(reason), { reason })
