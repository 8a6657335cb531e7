import { isContentHash } from "./content-hash.js"

/** Folder at the OPFS root, and first segment of every file URL. */
export const rootFolderName = "livestore-filesync-files"

/** Folder of a store's thumbnails: never a content's, whose folders have names of two hex digits. */
export const thumbnailFolderName = "thumbs"

/** A folder name for a store id: every character outside `A-Za-z0-9_-` is escaped, so no id can leave its folder. */
export const storeFolderName = (storeId: string): string =>
  encodeURIComponent(storeId).replaceAll(
    /[.!~*'()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )

/** Where content lives in OPFS: `livestore-filesync-files/<storeId>/<aa>/<hash>`. */
export const makeStoredPath = (storeId: string, contentHash: string): string =>
  `${rootFolderName}/${storeFolderName(storeId)}/${contentHash.slice(0, 2)}/${contentHash}`

/** Name in the store's `tmp` folder of a download's unfinished bytes: by content, so that any later attempt can go on. */
export const unfinishedName = (contentHash: string): string => `download-${contentHash}`

/** Same-origin path under which the service worker serves content. `type` and `name` are hints that can only narrow. */
export const makeFileUrlPath = (
  storeId: string,
  contentHash: string,
  hints: { readonly mimeType?: string; readonly name?: string } = {},
): string => {
  const query = new URLSearchParams()
  if (hints.mimeType !== undefined && hints.mimeType !== "") query.set("type", hints.mimeType)
  if (hints.name !== undefined && hints.name !== "") query.set("name", hints.name)
  const search = query.toString()
  return `/${rootFolderName}/${storeFolderName(storeId)}/${contentHash}${search === "" ? "" : `?${search}`}`
}

/** Reads a file URL's path, exactly ours or `undefined`: no trailing slash, no other spelling of the folder or the hash. */
export const parseFileUrlPath = (
  pathname: string,
): { readonly storeFolder: string; readonly contentHash: string } | undefined => {
  const segments = pathname.split("/")
  if (segments.length !== 4 || segments[0] !== "" || segments[1] !== rootFolderName) return undefined
  const [, , storeFolder = "", contentHash = ""] = segments
  if (!/^[\w%-]+$/.test(storeFolder) || !isContentHash(contentHash)) return undefined
  return { storeFolder, contentHash }
}
