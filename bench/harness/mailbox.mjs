/** A list that one device adds to and another waits for: the least a hand-written sync needs from a server. */
import { createServer } from "node:http"

const readBody = async (request) => {
  let text = ""
  for await (const piece of request.setEncoding("utf8")) text += piece
  return text
}

/** Listens on a free port: `POST /name` with a JSON list adds, `GET /name?from=N` answers with what follows once there is some. */
export const startMailbox = async () => {
  const boxes = new Map()
  const boxOf = (name) => {
    if (!boxes.has(name)) boxes.set(name, { items: [], waiting: [] })
    return boxes.get(name)
  }
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://localhost")
    response.setHeader("Access-Control-Allow-Origin", "*")
    const box = boxOf(pathname)
    if (request.method === "POST") {
      box.items.push(...JSON.parse(await readBody(request)))
      response.end()
      for (const wake of box.waiting.splice(0)) wake()
      return
    }
    const from = Number(searchParams.get("from"))
    if (box.items.length <= from) await new Promise((resolve) => box.waiting.push(resolve))
    response.end(JSON.stringify(box.items.slice(from)))
  })
  await new Promise((resolve) => server.listen(0, "localhost", resolve))
  return {
    url: `http://localhost:${server.address().port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
