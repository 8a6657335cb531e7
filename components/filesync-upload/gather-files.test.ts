import { expect } from "@esm-bundle/chai"
import { gatherFromInput, gatherFromTransfer } from "./gather-files.js"

// Browsers give folders only to real drops, so these stand in for the entries of one.
interface Entry {
  readonly isDirectory: boolean
  readonly name: string
  readonly fullPath: string
}

const fileEntry = (fullPath: string): Entry & { file(done: (file: File) => void): void } => ({
  isDirectory: false,
  name: fullPath.slice(fullPath.lastIndexOf("/") + 1),
  fullPath,
  file: (done) => done(new File(["x"], fullPath.slice(fullPath.lastIndexOf("/") + 1))),
})

const vanished = (fullPath: string): Entry & { file(done: unknown, failed: () => void): void } => ({
  isDirectory: false,
  name: "gone",
  fullPath,
  file: (_done, failed) => failed(),
})

const folderEntry = (fullPath: string, entries: ReadonlyArray<Entry>) => ({
  isDirectory: true,
  name: fullPath.slice(fullPath.lastIndexOf("/") + 1),
  fullPath,
  createReader: () => {
    const left = [...entries]
    // As browsers do: a few at a time, and nothing at the end.
    return { readEntries: (done: (some: ReadonlyArray<Entry>) => void) => done(left.splice(0, 2)) }
  },
})

const dropOf = (...entries: ReadonlyArray<Entry>): DataTransfer => {
  const items = entries.map((entry) => ({
    kind: "file",
    webkitGetAsEntry: () => entry,
    getAsFile: () => new File(["x"], entry.name),
  }))
  return { types: ["Files"], items, files: [] } as unknown as DataTransfer
}

const refuse = (_done: unknown, failed: () => void): void => failed()

const holiday = folderEntry("/holiday", [
  fileEntry("/holiday/a.jpg"),
  fileEntry("/holiday/b.jpg"),
  vanished("/holiday/gone"),
  folderEntry("/holiday/sea", [fileEntry("/holiday/sea/c.jpg")]),
  fileEntry("/holiday/d.jpg"),
])

describe("gatherFromTransfer", () => {
  it("opens folders however deep, and names what cannot be read", async () => {
    const { files, refusedFolders, unreadable } = await gatherFromTransfer(
      dropOf(fileEntry("/letter.txt"), holiday),
      true,
    )
    expect(files.map(({ file, relativePath }) => relativePath || file.name)).to.deep.equal([
      "letter.txt",
      "holiday/a.jpg",
      "holiday/b.jpg",
      "holiday/d.jpg",
      "holiday/sea/c.jpg",
    ])
    expect(refusedFolders).to.deep.equal([])
    expect(unreadable).to.deep.equal(["gone"])
  })

  it("reads many entries at once, counts, and leaves out what systems hide", async () => {
    let [running, most] = [0, 0]
    const slow = (fullPath: string) => ({
      ...fileEntry(fullPath),
      file: (done: (file: File) => void) => {
        most = Math.max(most, ++running)
        setTimeout(() => {
          running--
          done(new File(["x"], fullPath))
        })
      },
    })
    const names = Array.from({ length: 200 }, (_, at) => `/many/${at}.txt`)
    const hidden = ["/many/.DS_Store", "/many/Thumbs.db", "/many/desktop.ini", "/many/._0.txt"]
    const many = folderEntry("/many", [...names, ...hidden].map(slow))
    const counts: Array<number> = []
    const { files } = await gatherFromTransfer(dropOf(many), true, (count) => counts.push(count))
    expect(files.map(({ relativePath }) => `/${relativePath}`)).to.deep.equal(names)
    expect(most).to.equal(32)
    expect(counts.slice(0, 2)).to.deep.equal([0, 1])
  })

  it("names a folder that cannot be listed", async () => {
    const locked = { ...folderEntry("/locked", []), createReader: () => ({ readEntries: refuse }) }
    const { unreadable } = await gatherFromTransfer(dropOf(locked), true)
    expect(unreadable).to.deep.equal(["locked"])
  })

  it("names folders it does not open", async () => {
    const { files, refusedFolders } = await gatherFromTransfer(
      dropOf(fileEntry("/letter.txt"), holiday),
      false,
    )
    expect(files.map(({ file }) => file.name)).to.deep.equal(["letter.txt"])
    expect(refusedFolders).to.deep.equal(["holiday"])
  })
})

describe("gatherFromInput", () => {
  it("keeps the path inside a picked folder", () => {
    const file = new File(["x"], "a.jpg")
    Object.defineProperty(file, "webkitRelativePath", { value: "holiday/a.jpg" })
    expect(gatherFromInput([file]).files).to.deep.equal([{ file, relativePath: "holiday/a.jpg" }])
  })
})
