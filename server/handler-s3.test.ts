import { randomUUID } from "node:crypto"
import { after, describe, it } from "node:test"
import { AwsClient } from "aws4fetch"
import { s3Storage } from "./s3-storage.js"
import { accessContract } from "./test/access-contract.js"
import { type BackendUnderTest, startNodeBackend } from "./test/backend-under-test.js"
import { batchContract } from "./test/batch-contract.js"
import { handlerContract } from "./test/handler-contract.js"
import { multipartContract } from "./test/multipart-contract.js"
import { radosgwMissing, type S3Server, startRadosgw } from "./test/radosgw.js"
import { servingContract } from "./test/serving-contract.js"
import { signingContract } from "./test/signing-contract.js"

const missing = radosgwMissing()

if (missing !== undefined) {
  describe("S3 (Ceph radosgw)", () => {
    it("passes every contract", { skip: missing }, () => {})
  })
} else {
  let starting: Promise<S3Server> | undefined
  after(async () => (await starting)?.stop())

  const start = async (): Promise<BackendUnderTest> => {
    starting ??= startRadosgw()
    const server = await starting
    const bucket = randomUUID()
    const aws = new AwsClient({ ...server, service: "s3", region: "us-east-1", retries: 0 })
    const made = await aws.fetch(`${server.endpoint}/${bucket}`, { method: "PUT" })
    if (!made.ok) throw new Error(`no bucket: ${made.status}`)
    return startNodeBackend(s3Storage({ ...server, bucket }))
  }
  const partBytes = 65_536
  handlerContract("s3", start)
  multipartContract("s3", start, partBytes)
  batchContract("s3", start)
  accessContract("s3", start)
  servingContract("s3", start)
  signingContract("s3", start, partBytes)
}
