/** Keeps the page's two lists equal to the records of the engine: one element per record, made once. */
import { sizeText, transferText } from "./words.js"

const byId = (id) => document.querySelector(`#${id}`)
const blobUrlLifetimeMs = 60_000

const fromTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true)

/** Downloads first when the bytes are not here yet; the name on disk is the record's. */
const openFile = async (engine, record) => {
  const url = await engine.getFileUrl(record.id)
  const link = document.createElement("a")
  link.href = url
  link.download = record.name
  link.click()
  setTimeout(() => engine.releaseFileUrl(url), blobUrlLifetimeMs)
}

const makePicture = () => {
  const item = fromTemplate("picture-template")
  const image = item.querySelector("filesync-image")
  return {
    item,
    update(record) {
      image.setAttribute("file-id", record.id)
      image.setAttribute("alt", record.name)
    },
    end() {},
  }
}

const makeDocument = (engine, fileId, note) => {
  const item = fromTemplate("document-template")
  const link = item.querySelector(".open")
  const transfer = item.querySelector(".transfer")
  let current
  const showTransfer = () => {
    const state = engine.getFileState(fileId)
    item.dataset.transfer = state.transfer
    transfer.textContent = transferText(state)
  }
  link.addEventListener("click", (event) => {
    event.preventDefault()
    openFile(engine, current).catch((cause) => note(`${current.name} cannot be opened: ${cause.message}`))
  })
  return {
    item,
    update(record) {
      current = record
      link.href = `#${record.id}`
      showTransfer()
    },
    end: engine.subscribeFile(fileId, showTransfer),
  }
}

const isPicture = (record) => record.mimeType.startsWith("image/")

/** New content may be of another kind, and then it needs another element. */
const keyOf = (record) => `${isPicture(record) ? "picture" : "document"} ${record.id}`

const makeEntry = (engine, record, note) => {
  const entry = isPicture(record) ? makePicture() : makeDocument(engine, record.id, note)
  const button = entry.item.querySelector(".delete")
  entry.item.dataset.fileId = record.id
  button.addEventListener("click", () => {
    // Not `disabled`, which would take the focus away.
    if (button.ariaDisabled === "true") return
    button.ariaDisabled = "true"
    engine.deleteFile(record.id).catch((cause) => {
      button.ariaDisabled = "false"
      note(`${record.name} cannot be deleted: ${cause.message}`)
    })
  })
  return {
    ...entry,
    update(next) {
      entry.item.querySelector(".name bdi").textContent = next.name
      entry.item.querySelector(".size").textContent = sizeText(next.sizeBytes)
      button.setAttribute("aria-label", `Delete ${next.name}`)
      entry.update(next)
    },
  }
}

/** Moves an element only when it is out of place, so that focus and loaded pictures stay. */
const arrange = (list, items) => {
  let next = list.firstElementChild
  for (const item of items) {
    if (item === next) next = next.nextElementSibling
    else list.insertBefore(item, next)
  }
}

/** Shows the engine's files and follows every change; returns the function that ends it. */
export const showFiles = (engine, note) => {
  const entries = new Map()
  const remove = (key) => {
    const { end, item } = entries.get(key)
    const near = item.contains(document.activeElement)
      ? (item.nextElementSibling ?? item.previousElementSibling ?? document.querySelector("filesync-upload"))
      : null
    end()
    item.remove()
    entries.delete(key)
    // The keyboard goes on beside what has gone.
    ;(near?.querySelector(".delete") ?? near)?.focus()
  }
  const show = (listId, records) => {
    const items = records.map((record) => entries.get(keyOf(record)).item)
    arrange(byId(listId), items)
  }
  const refresh = () => {
    const records = engine.listFiles()
    const keys = new Set(records.map(keyOf))
    for (const key of entries.keys()) if (!keys.has(key)) remove(key)
    for (const record of records) {
      const key = keyOf(record)
      if (!entries.has(key)) entries.set(key, makeEntry(engine, record, note))
      entries.get(key).update(record)
    }
    const pictures = records.filter(isPicture)
    const documents = records.filter((record) => !isPicture(record))
    show("pictures", pictures)
    show("documents", documents)
    byId("picture-count").textContent = pictures.length
    byId("document-count").textContent = documents.length
    byId("pictures-section").hidden = pictures.length === 0
    byId("documents-section").hidden = documents.length === 0
    note(records.length === 0 ? "Nothing here yet. Drop some files above." : "")
  }
  refresh()
  const unsubscribe = engine.subscribe(refresh)
  return () => {
    unsubscribe()
    for (const key of entries.keys()) remove(key)
  }
}
