/** The local backend as a program of its own, which can be killed: `backend-program.mjs DATA_FOLDER TOKEN`. Prints `ready PORT`. */
import { startLocalBackend } from "../../server/local-backend.mjs"

const [dataFolder, token] = process.argv.slice(2)
const backend = await startLocalBackend({
  dataFolder,
  variables: {
    FILESYNC_OPEN: "false",
    FILESYNC_TOKENS: JSON.stringify([{ token, decision: { kind: "all" } }]),
  },
})
const end = async () => {
  await backend.stop()
  process.exit()
}
process.on("SIGTERM", end)
// The program that started this one has ended.
process.stdin.on("end", end).resume()
process.stdout.write(`ready ${backend.port}\n`)
