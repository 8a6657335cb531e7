import type { AdapterFaults } from "../../../../src/testing/adapter-conformance.js"
import type { ForeignFault } from "../../../../src/testing/foreign-world.js"

/** What a proxied connection has seen. */
export interface LineReport {
  readonly openRequests: number
  readonly receivedBytes: number
  readonly requests: ReadonlyArray<{
    readonly method: string
    readonly url: string
    readonly authorization: string | null
    readonly contentType: string | null
  }>
}

/** How a proxied connection behaves from now on. */
export interface LineFaults {
  readonly bytesPerSecond?: number | null
  readonly cutAfterBytes?: number | null
  readonly answer?: {
    readonly status: number
    readonly headers?: Readonly<Record<string, string>>
    readonly body?: string
    /** Only requests with this method. Default: all. */
    readonly method?: string
    /** How many requests are answered so. Default: all. */
    readonly times?: number
  } | null
  readonly drop?: boolean
  readonly hang?: boolean
  /** The fault of the foreign-world suite, for requests of pages. */
  readonly foreign?: Exclude<ForeignFault, "ours"> | null
}

/** A connection that the test controls. */
export interface Line {
  readonly url: string
  readonly set: (faults: LineFaults) => Promise<void>
  readonly report: () => Promise<LineReport>
  /** The same without the requests: much cheaper, for conditions that are asked again and again. */
  readonly counts: () => Promise<Pick<LineReport, "openRequests" | "receivedBytes">>
}

/** What the test server answers at a path. */
export const startAt = async <A>(path: string): Promise<A> => {
  const answer = await fetch(path, { cache: "no-store" })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
  return (await answer.json()) as A
}

/** Starts a proxy to a server. */
export const lineTo = async (target: string): Promise<Line> => {
  const { url } = await startAt<{ readonly url: string }>(`/__line?target=${encodeURIComponent(target)}`)
  return lineAt(url)
}

/** A proxy that was started elsewhere. */
export const lineAt = (url: string): Line => ({
  url,
  set: async (faults) => {
    await fetch(`${url}/__line`, { method: "POST", body: JSON.stringify(faults) })
  },
  report: async () => (await (await fetch(`${url}/__line`, { cache: "no-store" })).json()) as LineReport,
  counts: async () =>
    (await (await fetch(`${url}/__line?counts`, { cache: "no-store" })).json()) as LineReport,
})

/** The faults of the conformance suite, set on one or more proxied connections. */
export const faultsOf = (...lines: ReadonlyArray<Line>): AdapterFaults => {
  const setAll = async (faults: LineFaults) => {
    await Promise.all(lines.map((line) => line.set(faults)))
  }
  const sum = async (key: "openRequests" | "receivedBytes") =>
    (await Promise.all(lines.map((line) => line.counts()))).reduce((total, counts) => total + counts[key], 0)
  return {
    setRate: (rate) => setAll({ bytesPerSecond: Number.isFinite(rate) ? rate : null }),
    countOpenRequests: () => sum("openRequests"),
    countReceivedBytes: () => sum("receivedBytes"),
    answerAll: (answer) => setAll({ answer }),
    dropAll: () => setAll({ drop: true }),
    cutNextDownload: (cutAfterBytes) => setAll({ cutAfterBytes }),
  }
}

/** Sets a fault of the foreign-world suite on proxied connections. */
export const becomeOn =
  (...lines: ReadonlyArray<Line>) =>
  async (fault: ForeignFault): Promise<void> => {
    await Promise.all(lines.map((line) => line.set({ foreign: fault === "ours" ? null : fault })))
  }
