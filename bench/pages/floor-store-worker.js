import { makeWorker } from "@livestore/adapter-web/worker"
import { fileSyncSchema } from "../../dist/schema.js"

makeWorker({ schema: fileSyncSchema })
