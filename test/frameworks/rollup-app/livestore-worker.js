import { makeHealedWorker } from "livestore-filesync/livestore"
import { fileSyncSchema } from "livestore-filesync/schema"

makeHealedWorker({ schema: fileSyncSchema })
