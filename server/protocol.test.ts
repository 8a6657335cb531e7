import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { describe, it } from "node:test"
import { bearerTokens } from "./access.js"
import { createFileSyncHandler } from "./handler.js"
import { defaultLimits } from "./handler-options.js"
import type { ObjectStorage } from "./object-storage.js"
import { memoryStorage } from "./test/memory-storage.js"

const read = (name: string): string => readFileSync(`server/${name}`, "utf8")
const document = read("PROTOCOL.md")

interface Message {
  readonly first: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

const toMessage = (text: string): Message => {
  const [head = "", ...rest] = text.split("\n\n")
  const [first = "", ...lines] = head.trimEnd().split("\n")
  const headers = lines.map((line) => {
    const at = line.indexOf(": ")
    return [line.slice(0, at), line.slice(at + 2)] as const
  })
  return { first, headers, body: rest.join("\n\n").replace(/\n$/, "") }
}

const examples = document
  .slice(document.indexOf("## Examples"))
  .split("\n### ")
  .slice(1)
  .map((section) => {
    const [request = "", answer = ""] = [...section.matchAll(/```http\n([\s\S]*?)```/g)].map(
      (found) => found[1] ?? "",
    )
    return {
      title: section.split("\n", 1)[0] ?? "",
      request: toMessage(request),
      answer: toMessage(answer),
    }
  })

describe("PROTOCOL.md", () => {
  it("lists every reason with its status, and no other", () => {
    const inCode = [...read("problem.ts").matchAll(/^ {2}(\w+): (\d{3}),$/gm)].map(
      ([, reason, status]) => `${status} ${reason}`,
    )
    const inDocument = [...document.matchAll(/^\| (\d{3}) +\| ([^|]+)\|/gm)].flatMap(([, status, reasons]) =>
      [...(reasons ?? "").matchAll(/`(\w+)`/g)].map(([, reason]) => `${status} ${reason}`),
    )
    assert.ok(inCode.length > 20)
    assert.deepEqual(inDocument.toSorted(), inCode.toSorted())
  })

  it("names the limits that a handler has by default", () => {
    const { maxBatchFiles, maxBatchBytes, maxBatchMemberBytes } = defaultLimits
    const [files, together, each] = [
      maxBatchFiles,
      maxBatchBytes / 1024 ** 2,
      maxBatchMemberBytes / 1024 ** 2,
    ]
    const sentence = `Default limits: ${files.toLocaleString("en")} members, ${together} MiB together, ${each} MiB each.`
    assert.ok(document.includes(sentence), sentence)
  })

  it("has an example of every operation, each of which asks `authorize`", async () => {
    const operations = [...read("route.ts").matchAll(/^ {2}\| "([\w-]+)"$/gm)].map(([, name]) => name)
    const statuses: Record<string, number> = {}
    const handler = createFileSyncHandler({
      storage: untouchable,
      basePath: "/api",
      authorize: () => ({ kind: "denied" }),
      shareSecret: "a secret for signing",
      log: ({ operation, status }) => {
        statuses[operation] = status
      },
    })
    for (const { request } of examples) await handler(toRequest(request, "U"))
    // Health, preflights and signed links alone do without `authorize`, and the store is not asked before it.
    const open = { health: 204, preflight: 204, shared: 403 }
    const asked = Object.fromEntries(operations.map((operation) => [operation, 401]))
    assert.deepEqual(statuses, { ...asked, ...open })
  })

  it("shows in its examples what really happens", async () => {
    const handler = createFileSyncHandler({
      storage: memoryStorage(),
      basePath: "/api",
      limits: { minPartBytes: 1 },
      allowOrigins: ["https://app.example"],
      authorize: bearerTokens([{ token: "secret", decision: { kind: "all" } }]),
      shareSecret: "a secret for signing",
    })
    let uploadId = "U"
    let shared = { expires: "1767830400", signature: "S" }
    for (const { title, request, answer } of examples) {
      const sent = toRequest(request, uploadId)
      const address = sent.url
        .replace("1767830400", shared.expires)
        .replace("signature=S", `signature=${shared.signature}`)
      const response = await handler(address === sent.url ? sent : new Request(address, sent))
      const text = await response.text()
      uploadId = /"uploadId":"([^"]+)"/.exec(text)?.[1] ?? uploadId
      const link = /expires=(\d+)&signature=([\w-]+)/.exec(text)
      if (link !== null) shared = { expires: link[1] ?? "", signature: link[2] ?? "" }
      assert.equal(`HTTP/1.1 ${response.status}`, answer.first, title)
      for (const [name, value] of answer.headers) assert.equal(response.headers.get(name), value, title)
      assert.equal(
        text
          .replaceAll(uploadId, "U")
          .replace(/expires=\d+&signature=[\w-]+/, "expires=1767830400&signature=S")
          .replace(/"expiresAt":"[^"]+"/, '"expiresAt":"2026-01-08T00:00:00.000Z"')
          .trimEnd(),
        answer.body,
        title,
      )
    }
  })
})

/** A store to which no token gives access. */
const untouchable = new Proxy({} as ObjectStorage, {
  get: (_, name) => {
    if (name === "name") return "untouchable"
    throw new Error(`${String(name)} was used`)
  },
})

const toRequest = ({ first, headers, body }: Message, uploadId: string): Request => {
  const [method = "", target = ""] = first.split(" ")
  const sent = headers
    .filter(([name]) => name !== "Host")
    .map(([name, value]): [string, string] => [name, value])
  return new Request(`https://files.example${target.replace("uploadId=U", `uploadId=${uploadId}`)}`, {
    method,
    headers: sent,
    ...(body === "" ? {} : { body }),
  })
}
