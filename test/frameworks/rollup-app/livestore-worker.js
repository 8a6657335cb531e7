import { makeWorker } from "@livestore/adapter-web/worker"
import { fileSyncSchema } from "livestore-filesync/schema"

makeWorker({ schema: fileSyncSchema })
