/**
 * The backend on Node, over any S3 bucket or a folder of this machine:
 *
 *   FILESYNC_TOKEN=… FILESYNC_FOLDER=./files node node.mjs
 *   FILESYNC_TOKEN=… S3_ENDPOINT=https://s3.eu-central-1.amazonaws.com S3_BUCKET=… S3_REGION=… \
 *     AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=… node node.mjs
 */
import { createServer } from "node:http"
import { bearerTokens, createFileSyncHandler, s3Storage } from "livestore-filesync/server"
import { diskStorage, removeTemporaryFiles, toNodeListener } from "livestore-filesync/server/node"

const { env } = process

// What a crash left of uploads; no upload takes a day.
if (env.S3_BUCKET === undefined)
  removeTemporaryFiles(env.FILESYNC_FOLDER ?? "./files", { olderThanMs: 86_400_000 })

const storage =
  env.S3_BUCKET === undefined
    ? diskStorage(env.FILESYNC_FOLDER ?? "./files")
    : s3Storage({
        endpoint: env.S3_ENDPOINT,
        bucket: env.S3_BUCKET,
        region: env.S3_REGION,
        accessKeyId: env.AWS_ACCESS_KEY_ID,
        secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      })

const handler = createFileSyncHandler({
  storage,
  basePath: "/api",
  allowOrigins: (env.FILESYNC_ALLOW_ORIGINS ?? "")
    .split(",")
    .map((origin) => origin.trim())
    .filter(Boolean),
  // An app with users looks up who `request` comes from here, and answers with their prefixes.
  authorize: bearerTokens([{ token: env.FILESYNC_TOKEN ?? "", decision: { kind: "all" } }]),
  log: ({ error, ...line }) => console.log(JSON.stringify({ ...line, error: error && String(error) })),
})

const server = createServer(toNodeListener(handler))
// Large uploads on slow lines take longer than Node's five minutes; idle connections are still closed.
server.requestTimeout = 0
server.listen(Number(env.PORT ?? 8787), () => {
  console.log(`files under http://localhost:${server.address().port}/api`)
})
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => server.close())
