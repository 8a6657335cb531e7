import type { FilesyncViewer } from "./filesync-viewer/filesync-viewer.js"

/** Loads the viewer ahead of the click that needs it, so that it is here when the page is offline by then. */
export const prepareViewer = (): Promise<unknown> =>
  import("./filesync-viewer/define.js").catch(() => undefined)

/** Shows a file in the page's viewer, or in one that is added to the page. */
export const openViewer = async (
  host: Element,
  fileId: string,
  ids: Iterable<string> = [fileId],
): Promise<void> => {
  await prepareViewer()
  if (customElements.get("filesync-viewer") === undefined) return
  const present = document.querySelector<FilesyncViewer>("filesync-viewer")
  const viewer = present ?? (document.createElement("filesync-viewer") as FilesyncViewer)
  if (present === null) {
    const language = host.closest("[lang]")?.getAttribute("lang")
    if (language) viewer.lang = language
    document.body.append(viewer)
  }
  viewer.show(fileId, { ids })
}
