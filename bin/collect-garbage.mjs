/** `npx livestore-filesync collect-garbage`: finds, and on request deletes, stored objects that no record refers to. */
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { text } from "node:stream/consumers"
import { parseArgs } from "node:util"
import { UsageError } from "./usage-error.mjs"

/** What `--help` says. */
export const collectGarbageUsage = `livestore-filesync collect-garbage STORE REFERENCES [--dry-run | --delete] [more]
  Finds stored objects that no file record refers to. Deletes nothing without --delete.

  STORE, one of
    --folder DIR        a folder that diskStorage serves
    --s3                a bucket: S3_ENDPOINT, S3_BUCKET, S3_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and
                        AWS_SESSION_TOKEN in the environment
    --backend URL       a deployed Worker's garbage route, https://my-app.example.workers.dev/garbage, which needs no
                        REFERENCES; its secret in FILESYNC_GARBAGE_TOKEN

  REFERENCES, one of
    --sync URL          LiveStore's sync backend on Cloudflare, https://my-app.example.workers.dev/sync; what it asks
                        for in FILESYNC_SYNC_PAYLOAD (JSON, LiveStore's syncPayload) or FILESYNC_SYNC_TOKEN (sent as
                        Authorization: Bearer)
    --references FILE   JSON: { "folder": ["content hash or key", …] }; - reads it from stdin. A folder that is not
                        in it keeps everything

  --dry-run             only say what would go; the default
  --delete              really delete
  --grace 30d           how long an object must have been unreferenced, by two runs, before it goes: days or hours (h);
                        default 30d, at least 2h
  --restorable 30d      how long content stays that was replaced or whose record was deleted; with --sync; default 30d
  --prefix TEXT         only keys that begin so
  --json                the report as JSON

  Ends with 1 when the references of a folder could not be read (it keeps everything then).`

const hourMs = 3600 * 1000

/** Runs the command with its own arguments; sets the exit code. */
export const collectGarbageCommand = async (args, { loadServer }) => {
  const { values } = parseArgs({
    args,
    options: {
      folder: { type: "string" },
      s3: { type: "boolean", default: false },
      backend: { type: "string" },
      sync: { type: "string" },
      references: { type: "string" },
      "dry-run": { type: "boolean", default: false },
      delete: { type: "boolean", default: false },
      grace: { type: "string" },
      restorable: { type: "string" },
      prefix: { type: "string" },
      json: { type: "boolean", default: false },
    },
  })
  exactlyOne(values, ["folder", "s3", "backend"], "Name one store: --folder, --s3 or --backend.")
  if (values["dry-run"] && values.delete) throw new UsageError("Either --dry-run or --delete, not both.")
  const unknown = new Map()
  const report =
    values.backend === undefined
      ? await collectHere(values, unknown, await loadServer())
      : await collectThere(values)
  console.log(values.json ? JSON.stringify(report, undefined, 2) : toText(report))
  for (const [folder, cause] of unknown) console.error(`${folder} keeps everything: ${toSentence(cause)}`)
  if (unknown.size > 0) process.exitCode = 1
}

const exactlyOne = (values, names, message) => {
  if (names.filter((name) => values[name] !== undefined && values[name] !== false).length !== 1) {
    throw new UsageError(message)
  }
}

/** Asks a deployed Worker to do it; the Worker knows its own store and log. */
const collectThere = async (values) => {
  for (const name of ["sync", "references", "grace", "restorable", "prefix"]) {
    if (values[name] !== undefined) throw new UsageError(`--${name} has no effect with --backend.`)
  }
  const address = toAddress("--backend", values.backend)
  if (values.delete) address.searchParams.set("delete", "true")
  const [token] = required(["FILESYNC_GARBAGE_TOKEN"], "--backend")
  const answer = await send("the backend", address, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    // A redirect would take the secret along, or turn the POST into a GET.
    redirect: "error",
  })
  if (answer.status === 401)
    throw new UsageError("The backend does not take this FILESYNC_GARBAGE_TOKEN (401).")
  if (!answer.ok) {
    throw new UsageError(
      `The backend answered ${answer.status}: is it the address of /garbage, and is FILESYNC_GARBAGE_TOKEN set there?`,
    )
  }
  const report = await answer.json().catch(() => undefined)
  if (!Array.isArray(report?.deleted))
    throw new UsageError("The answer is not a report: is it the address of /garbage?")
  return report
}

const collectHere = async (values, unknown, server) => {
  exactlyOne(values, ["sync", "references"], "Name where the references are: --sync or --references.")
  if (values.references !== undefined && values.restorable !== undefined) {
    throw new UsageError("--restorable has no effect with --references.")
  }
  const find = values.sync === undefined ? await fromFile(values.references) : fromSync(values, server)
  const options = {
    storage: storageFrom(values, server),
    dryRun: !values.delete,
    referenced: async (folder) => {
      try {
        return await find(folder)
      } catch (cause) {
        unknown.set(folder, cause)
        return undefined
      }
    },
    ...(values.prefix === undefined ? {} : { prefix: values.prefix }),
    ...(values.grace === undefined ? {} : { graceMs: durationMs("--grace", values.grace, 2 * hourMs) }),
  }
  return server.collectGarbage(options).catch((cause) => {
    throw new UsageError(`The store failed, and the run ended early: ${toSentence(cause)}`, { cause })
  })
}

const storageFrom = (values, { diskStorage, s3Storage }) => {
  if (values.folder !== undefined) {
    const folder = resolve(values.folder)
    // Made by the first write of a backend; anything else is another folder, and must not become one.
    if (!existsSync(resolve(folder, "objects"))) {
      throw new UsageError(`${folder} is not a folder that diskStorage serves.`)
    }
    return diskStorage(folder)
  }
  const names = ["S3_ENDPOINT", "S3_BUCKET", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
  const [endpoint, bucket, accessKeyId, secretAccessKey] = required(names, "--s3")
  const { S3_REGION: region, AWS_SESSION_TOKEN: sessionToken } = process.env
  return s3Storage({
    endpoint: toAddress("S3_ENDPOINT", endpoint).href.replace(/\/$/, ""),
    bucket,
    accessKeyId,
    secretAccessKey,
    ...(region ? { region } : {}),
    ...(sessionToken ? { sessionToken } : {}),
  })
}

/** The folder of a store is its id, escaped. */
const fromSync = (values, { fetchSyncEvents, markReferences, defaultRestorableMs }) => {
  const url = toAddress("--sync", values.sync).href
  const restorableMs =
    values.restorable === undefined ? defaultRestorableMs : durationMs("--restorable", values.restorable, 0)
  const { FILESYNC_SYNC_PAYLOAD: payloadText, FILESYNC_SYNC_TOKEN: token } = process.env
  const payload = payloadText ? parseJson("FILESYNC_SYNC_PAYLOAD", payloadText) : undefined
  const headers = token ? { Authorization: `Bearer ${token}` } : {}
  return async (folder) => {
    const events = await fetchSyncEvents(decodeURIComponent(folder), { url, payload, headers })
    return markReferences(events, { nowMs: Date.now(), restorableMs })
  }
}

const fromFile = async (file) => {
  const read = file === "-" ? text(process.stdin) : readFile(file, "utf8")
  const content = await read.catch((cause) => {
    throw new UsageError(`${file} cannot be read: ${cause.message}`)
  })
  const folders = parseJson(file, content)
  const isRight =
    typeof folders === "object" &&
    folders !== null &&
    !Array.isArray(folders) &&
    Object.values(folders).every(
      (list) => Array.isArray(list) && list.every((one) => typeof one === "string"),
    )
  if (!isRight) throw new UsageError(`${file} is not of the form { "folder": ["content hash or key", …] }.`)
  return async (folder) => (Object.hasOwn(folders, folder) ? new Set(folders[folder]) : undefined)
}

const parseJson = (name, content) => {
  try {
    return JSON.parse(content)
  } catch (cause) {
    throw new UsageError(`${name} is not JSON.`, { cause })
  }
}

const required = (names, option) => {
  const missing = names.filter((name) => !process.env[name])
  if (missing.length > 0) throw new UsageError(`${option} needs ${missing.join(", ")} in the environment.`)
  return names.map((name) => process.env[name])
}

const toAddress = (name, value) => {
  if (/^(https?|wss?):\/\//.test(value) && URL.canParse(value)) return new URL(value)
  throw new UsageError(`${name} ${value} is not an address such as https://my-app.example.`)
}

const durationMs = (name, value, leastMs) => {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(d|h)$/.exec(value) ?? []
  const ms = Number(count) * (unit === "d" ? 24 : 1) * hourMs
  if (count !== undefined && ms >= leastMs) return ms
  throw new UsageError(
    `${name} ${value} is not a time such as 7d or 12h${leastMs > 0 ? ", at least 2h" : ""}.`,
  )
}

const send = async (what, address, init) => {
  try {
    return await fetch(address, init)
  } catch (cause) {
    throw new UsageError(`${what} at ${address.origin} does not answer: ${toSentence(cause)}`, { cause })
  }
}

const toSentence = (cause) => {
  const detail = cause?.cause?.message ?? cause?.cause?.code
  return detail === undefined ? String(cause?.message ?? cause) : `${cause.message} (${detail})`
}

const toText = ({ dryRun, complete, checked, referenced, waiting, deleted, deletedBytes, ...rest }) =>
  [
    dryRun ? "Dry run: nothing was deleted." : "Deleted for real.",
    `checked       ${checked}`,
    `referenced    ${referenced}`,
    `waiting       ${waiting} (unreferenced, but not for long enough)`,
    `young         ${rest.young} of those, ${rest.youngBytes} bytes: their records have not arrived`,
    ...rest.youngFolders.map((folder) => `  in ${folder}`),
    `${dryRun ? "would delete  " : "deleted       "}${deleted.length} (${deletedBytes} bytes)`,
    `unfinished    ${rest.abandonedUploads} uploads ${dryRun ? "would be " : ""}removed`,
    ...(complete ? [] : ["There is more to do, or another run is in progress: run it again."]),
    ...rest.unknownFolders.map((folder) => `keeps all     ${folder} (its references are not known)`),
    ...deleted.map((key) => `  ${key}`),
  ].join("\n")
