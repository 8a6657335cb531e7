import { isContentHash } from "../../src/utils/content-hash.js"
import { ByteReader } from "../byte-reader.js"
import { contentHashOfKey } from "../object-key.js"
import { StorageFailure } from "../object-storage.js"
import { type PresenceClaim, presenceClaim } from "../presence-claim.js"
import { HttpProblem, type ProblemReason } from "../problem.js"
import { field, hintedType, parseJson } from "./declared-body.js"
import { goneMeanwhile } from "./put-file.js"
import type { RouteContext } from "./route-context.js"

/** Concurrent writes to the store: Workers allow six open connections. */
const maxWritesInFlight = 6

/** Index bytes allowed for each member: a long key, a hash, a type and their JSON. */
const maxIndexBytesPerFile = 1500

interface Member {
  readonly key: string
  readonly sizeBytes: number
  readonly contentHash: string
  readonly mimeType: string
}

interface MemberResult {
  readonly key: string
  readonly status: number
  readonly reason?: ProblemReason
}

/**
 * A 200 with one result per member, in order: 201 stored, 412 already there, or a refusal with its reason.
 * The body is an index in one line of JSON and then all contents, one after the other.
 */
export const putBatch = async (context: RouteContext): Promise<Response> => {
  const { request, limits } = context
  if (request.body === null) throw new HttpProblem("BadRequest", "A batch needs a body.")
  const reader = new ByteReader(request.body)
  try {
    const members = readIndex(
      parseJson(await reader.readLine(limits.maxBatchFiles * maxIndexBytesPerFile)),
      context,
    )
    const results = await writeMembers(members, reader, context)
    if (!(await reader.isAtEnd()))
      throw new HttpProblem("BadRequest", "There are bytes after the last member.")
    return Response.json({ results }, { headers: { "Cache-Control": "no-store" } })
  } catch (thrown) {
    await reader.drain()
    throw thrown
  }
}

const readIndex = (index: unknown, { limits }: RouteContext): ReadonlyArray<Member> => {
  const files = field(index, "files")
  if (!Array.isArray(files)) throw new HttpProblem("BadRequest", "The first line is an index with its files.")
  if (files.length > limits.maxBatchFiles) {
    throw new HttpProblem("TooLarge", `A batch may have ${limits.maxBatchFiles} files.`)
  }
  const members = files.map(readMember)
  if (members.reduce((sum, member) => sum + member.sizeBytes, 0) > limits.maxBatchBytes) {
    throw new HttpProblem("TooLarge", `A batch may have ${limits.maxBatchBytes} bytes.`)
  }
  return members
}

const readMember = (entry: unknown): Member => {
  const [key, sizeBytes, contentHash, mimeType] = ["key", "sizeBytes", "contentHash", "mimeType"].map(
    (name) => field(entry, name),
  )
  const isMember =
    typeof key === "string" &&
    typeof sizeBytes === "number" &&
    Number.isSafeInteger(sizeBytes) &&
    sizeBytes >= 0 &&
    typeof contentHash === "string" &&
    isContentHash(contentHash)
  if (!isMember) throw new HttpProblem("BadRequest", "Each member needs key, sizeBytes and contentHash.")
  return { key, sizeBytes, contentHash, mimeType: hintedType(typeof mimeType === "string" ? mimeType : null) }
}

const writeMembers = async (
  members: ReadonlyArray<Member>,
  reader: ByteReader,
  context: RouteContext,
): Promise<ReadonlyArray<MemberResult>> => {
  const results: Array<MemberResult> = []
  const inFlight = new Set<Promise<void>>()
  const claim = await presenceClaim(context.storage)
  try {
    for (const [index, member] of members.entries()) {
      const refusal = refuse(member, context)
      if (refusal !== undefined) {
        await reader.skip(member.sizeBytes)
        results[index] = { key: member.key, status: new HttpProblem(refusal, "").status, reason: refusal }
        continue
      }
      const bytes = await reader.readExactly(member.sizeBytes)
      const write = writeMember(member, bytes, { context, claim }, (result) => {
        results[index] = result
        inFlight.delete(write)
      })
      inFlight.add(write)
      if (inFlight.size >= maxWritesInFlight) await Promise.race(inFlight)
    }
  } finally {
    await Promise.all(inFlight)
  }
  return results
}

const refuse = (member: Member, { limits, isKey, mayAccess }: RouteContext): ProblemReason | undefined => {
  if (!isKey(member.key)) return "BadKey"
  if (!mayAccess(member.key)) return "Forbidden"
  if (member.sizeBytes > limits.maxBatchMemberBytes) return "TooLarge"
  const promised = contentHashOfKey(member.key)
  return promised !== undefined && promised !== member.contentHash ? "DigestMismatch" : undefined
}

/** Never rejects: what goes wrong with one member is that member's result. */
const writeMember = async (
  { key, ...facts }: Member,
  bytes: Uint8Array,
  { context, claim }: { readonly context: RouteContext; readonly claim: PresenceClaim },
  onResult: (result: MemberResult) => void,
): Promise<void> => {
  try {
    const { outcome } = await context.storage.write(key, bytes, { ...facts, onlyIfAbsent: true })
    const isThere =
      outcome === "already-there" ? (await claim.there(key)) !== undefined : await claim.stored(key)
    if (!isThere) throw goneMeanwhile()
    onResult(
      outcome === "already-there" ? { key, status: 412, reason: "AlreadyThere" } : { key, status: 201 },
    )
  } catch (thrown) {
    const reason: ProblemReason = thrown instanceof StorageFailure ? thrown.reason : "ServerError"
    onResult({ key, status: new HttpProblem(reason, "").status, reason })
  }
}
