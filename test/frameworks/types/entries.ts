/** Every entry with types, asked for something that is in it: an entry that resolves to `any` would not notice. */
import { createFileSync, type FileSyncClient, FileSyncLive, hashFile } from "livestore-filesync"
import { cloudflareAdapter } from "livestore-filesync/adapters/cloudflare"
import { httpAdapter } from "livestore-filesync/adapters/http"
import { memoryAdapter } from "livestore-filesync/adapters/memory"
import { noneAdapter } from "livestore-filesync/adapters/none"
import { s3Adapter } from "livestore-filesync/adapters/s3"
import { imagePreprocessor, stripImageMetadata } from "livestore-filesync/preprocessors"
import type { FilesyncSavedEvent } from "livestore-filesync/components"
import { FilesyncImage } from "livestore-filesync/components/filesync-image/class"
import { FilesyncInspector } from "livestore-filesync/components/filesync-inspector/class"
import { FilesyncList } from "livestore-filesync/components/filesync-list/class"
import { FilesyncStatus } from "livestore-filesync/components/filesync-status/class"
import { FilesyncUpload } from "livestore-filesync/components/filesync-upload/class"
import "livestore-filesync/components/filesync-image"
import { setInspectorLocale } from "livestore-filesync/components/filesync-inspector"
import "livestore-filesync/components/filesync-list"
import "livestore-filesync/components/filesync-status"
import "livestore-filesync/components/filesync-upload"
import { makeHealedWorker, steadySync } from "livestore-filesync/livestore"
import { extendSchema, fileSyncSchema } from "livestore-filesync/schema"
import { createFileSyncHandler, r2Storage } from "livestore-filesync/server"
import { diskStorage } from "livestore-filesync/server/node"
import { installFileSyncServiceWorker } from "livestore-filesync/sw"
import { installBackgroundUploads } from "livestore-filesync/sw/background"
import { adapterConformance, TestLayer } from "livestore-filesync/testing"

type IsAny<Type> = 0 extends 1 & Type ? true : false
type Known<Type> = IsAny<Type> extends true ? never : Type
const known = <Type>(...values: ReadonlyArray<Known<Type>>) => values

known<typeof createFileSync>(createFileSync)
known<typeof FileSyncLive>(FileSyncLive)
known<typeof hashFile>(hashFile)
known<typeof makeHealedWorker>(makeHealedWorker)
known<typeof steadySync>(steadySync)
known<typeof cloudflareAdapter>(cloudflareAdapter)
known<typeof httpAdapter>(httpAdapter)
known<typeof memoryAdapter>(memoryAdapter)
known<typeof noneAdapter>(noneAdapter)
known<typeof s3Adapter>(s3Adapter)
known<typeof imagePreprocessor>(imagePreprocessor)
known<typeof stripImageMetadata>(stripImageMetadata)
known<typeof FilesyncImage>(FilesyncImage)
known<typeof FilesyncInspector>(FilesyncInspector)
known<typeof FilesyncList>(FilesyncList)
known<typeof FilesyncStatus>(FilesyncStatus)
known<typeof FilesyncUpload>(FilesyncUpload)
known<typeof setInspectorLocale>(setInspectorLocale)
known<typeof extendSchema>(extendSchema)
known<typeof fileSyncSchema>(fileSyncSchema)
known<typeof createFileSyncHandler>(createFileSyncHandler)
known<typeof r2Storage>(r2Storage)
known<typeof diskStorage>(diskStorage)
known<typeof installFileSyncServiceWorker>(installFileSyncServiceWorker)
known<typeof installBackgroundUploads>(installBackgroundUploads)
known<typeof adapterConformance>(adapterConformance)
known<typeof TestLayer>(TestLayer)

/** The DOM knows our tags and our events. */
export const state = (): "empty" | "loading" | "ready" | "missing" | "error" =>
  document.createElement("filesync-image").state
document.addEventListener("filesync-saved", (event: FilesyncSavedEvent) => event.fileId)

// @ts-expect-error -- the element writes it
document.createElement("filesync-image").state = "ready"
// @ts-expect-error -- not a URL
httpAdapter({ baseUrl: 1 })

export type { FileSyncClient }
