const world = ["test/contracts/adapters/foreign-world-http.test.ts"]
const http = ["test/contracts/adapters/http.test.ts", ...world]

/** The HTTP client that pages, service workers and adapters share. */
export const adapterFaults = [
  {
    name: "proof: any success counts for an upload",
    file: "src/services/remote-file-storage/adapters/http/proof.ts",
    find: "if (said?.key === key && said.contentHash === contentHash) return",
    replace: "if (said?.key === key || isSuccess(answer)) return",
    tests: world,
  },
  {
    name: "proof: any 412 counts for already there",
    file: "src/services/remote-file-storage/adapters/http/proof.ts",
    find: `if (typeof reason === "string") return reason === "AlreadyThere"`,
    replace: `if (typeof reason === "string" || reason === undefined) return true`,
    tests: world,
  },
  {
    name: "proof: any success counts for a healthy server",
    file: "src/services/remote-file-storage/adapters/http/requests.ts",
    find: `  idleTimer.stop()
  if (answer.status !== 204) throw unproven(answer)`,
    replace: `  idleTimer.stop()
  if (!isSuccess(answer)) throw unproven(answer)`,
    tests: world,
  },
  {
    name: "proof: a HEAD that names no content counts",
    file: "src/services/remote-file-storage/adapters/http/files.ts",
    find: `if (namesContent(head.header, contentHash) === undefined) throw unproven({ ...head, body: "?" })`,
    replace: `if (namesContent(head.header, contentHash) === false) throw unproven({ ...head, body: "?" })`,
    tests: world,
  },
  {
    name: "proof: a part's answer may be about another part",
    file: "src/services/remote-file-storage/adapters/http/multipart.ts",
    find: "if (part.partNumber !== partNumber || part.sizeBytes !== body.size)",
    replace: "if (part.partNumber === undefined)",
    tests: world,
  },
  {
    name: "redirects: a body follows one to another address",
    file: "src/services/remote-file-storage/adapters/http/send.ts",
    find: `redirect: "manual",`,
    replace: `redirect: "follow",`,
    tests: world,
  },
  {
    name: "batches: a member that failed counts as stored",
    file: "src/services/remote-file-storage/adapters/http/batch.ts",
    find: "const isThere = status === 200 || status === 201 || status === alreadyThereStatus",
    replace: "const isThere = status === 200 || status === 201 || status >= 400",
    tests: http,
  },
  {
    name: "resuming: without the condition that the bytes are the same",
    file: "src/services/remote-file-storage/adapters/http/download.ts",
    find: `request.etag === undefined ? {} : { "If-Range": request.etag }`,
    replace: `request.etag === undefined ? {} : {}`,
    tests: ["test/contracts/resume.test.ts", ...http],
  },
  {
    name: "tokens: each refused request refreshes on its own",
    file: "src/services/remote-file-storage/adapters/http/authorized.ts",
    find: "return present === refused ? refresh() : present",
    replace: "return present === refused ? refresh() : refresh()",
    tests: ["src/services/remote-file-storage/adapters/http/authorized.test.ts"],
  },
]
