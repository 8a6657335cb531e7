import { randomUUID } from "node:crypto"
import { after, describe, it } from "node:test"
import { AwsClient } from "aws4fetch"
import type { S3StorageOptions } from "../s3-client.js"
import { s3Storage } from "../s3-storage.js"
import { accessContract } from "./access-contract.js"
import { type BackendUnderTest, startNodeBackend } from "./backend-under-test.js"
import { batchContract } from "./batch-contract.js"
import { fuzzContract } from "./fuzz-contract.js"
import { garbageContract } from "./garbage-contract.js"
import { type ContractTraits, handlerContract } from "./handler-contract.js"
import { multipartContract } from "./multipart-contract.js"
import { servingContract } from "./serving-contract.js"
import { shareContract } from "./share-contract.js"
import { signingContract } from "./signing-contract.js"
import { slowContract } from "./slow-contract.js"

/** A running S3 server for this test alone. */
export interface S3Server {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Least size of a part but the last, in bytes. */
  readonly minPartBytes: number
  readonly stop: () => Promise<void>
}

/** Least size of a part that the servers under test are configured to take, in bytes. */
export const testPartBytes = 65_536

/** Every contract over one S3 server, or one visibly skipped test when it cannot be started here. */
export const s3Contracts = (
  name: string,
  missing: string | undefined,
  startServer: () => Promise<S3Server>,
  traits: ContractTraits = {},
  startBackend: (options: S3StorageOptions) => Promise<BackendUnderTest> = (options) =>
    startNodeBackend(s3Storage(options)),
): void => {
  if (missing !== undefined) {
    describe(`S3 (${name})`, () => {
      it("passes every contract", { skip: missing }, () => {})
    })
    return
  }
  let starting: Promise<S3Server> | undefined
  after(async () => (await starting)?.stop())

  const newBucket = async (): Promise<S3StorageOptions> => {
    starting ??= startServer()
    const server = await starting
    const bucket = randomUUID()
    const aws = new AwsClient({ ...server, service: "s3", region: "us-east-1", retries: 0 })
    const made = await aws.fetch(`${server.endpoint}/${bucket}`, { method: "PUT" })
    if (!made.ok) throw new Error(`no bucket: ${made.status} ${await made.text()}`)
    return { ...server, bucket }
  }
  const start = async (): Promise<BackendUnderTest> => startBackend(await newBucket())
  handlerContract("s3", start, traits)
  multipartContract("s3", start, testPartBytes)
  batchContract("s3", start)
  accessContract("s3", start)
  servingContract("s3", start)
  signingContract("s3", start, testPartBytes)
  shareContract("s3", start, "the bucket's")
  slowContract("s3", start)
  garbageContract("s3", async () => ({ storage: s3Storage(await newBucket()), stop: async () => {} }))
  fuzzContract("s3", start)
}

/** Why these programs cannot be run here, or `undefined` when all can. */
export const missingPrograms = (
  isInstalled: (program: string) => boolean,
  programs: ReadonlyArray<string>,
  packages: string,
): string | undefined => {
  const missing = programs.filter((program) => !isInstalled(program))
  return missing.length === 0
    ? undefined
    : `not installed: ${missing.join(", ")} (Debian: apt-get install ${packages})`
}
