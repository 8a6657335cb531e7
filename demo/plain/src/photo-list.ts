import type { Photo } from "../../board/board.js"

interface Actions {
  readonly rename: (id: string, caption: string) => void
  readonly remove: (photo: Photo) => void
}

/** Gives a function that makes a list show these photos. An item that stays keeps its nodes, and its focus. */
export const makePhotoList = (list: Element, template: HTMLTemplateElement, actions: Actions) => {
  const items = new Map<string, HTMLLIElement>()

  const makeItem = (photo: Photo): HTMLLIElement => {
    const item = (template.content.cloneNode(true) as DocumentFragment).querySelector("li")!
    item.querySelector("filesync-image")!.fileId = photo.fileId
    item.querySelector("input")!.addEventListener("change", ({ currentTarget }) => {
      actions.rename(photo.id, (currentTarget as HTMLInputElement).value)
    })
    item.querySelector("button")!.addEventListener("click", () => actions.remove(photo))
    return item
  }

  const update = (item: HTMLLIElement, { caption }: Photo): void => {
    const input = item.querySelector("input")!
    // Keeps what a person is typing.
    if (input !== document.activeElement) input.value = caption
    item.querySelector("filesync-image")!.alt = caption || "A photo without a caption"
  }

  return (photos: ReadonlyArray<Photo>): void => {
    list.removeAttribute("aria-busy")
    const shown = new Set(photos.map(({ id }) => id))
    for (const [id, item] of items) {
      if (shown.has(id)) continue
      item.remove()
      items.delete(id)
    }
    photos.forEach((photo, at) => {
      const item = items.get(photo.id) ?? makeItem(photo)
      items.set(photo.id, item)
      update(item, photo)
      if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null)
    })
  }
}
