import assert from "node:assert/strict"
import { after, before, describe, it } from "node:test"
import { launchBrowser } from "../support/browser.mjs"
import { startSlowLine } from "../support/slow-line.mjs"
import { startApp, temporaryFolder } from "../support/started-app.mjs"

const engineKey = "livestore-filesync"
const storeId = "file-actions"

/** What one does with a file, on a phone by keyboard and on a second device with a profile of its own. */
describe("actions on a file, on two devices", { timeout: 10 * 60_000 }, () => {
  const data = temporaryFolder("file-actions")
  let app
  let line
  let browser
  let phone
  let desk

  /** Runs `body(engine, argument)` in the device's page. */
  const on = (device, body, argument) =>
    device.page.evaluate(
      ([key, source, value]) => new Function(`return (${source})`)()(globalThis[Symbol.for(key)], value),
      [engineKey, String(body), argument],
    )
  const until = async (device, body, argument) => {
    const found = await device.page.waitForFunction(
      ([key, source, value]) => {
        const engine = globalThis[Symbol.for(key)]
        return engine !== undefined && new Function(`return (${source})`)()(engine, value)
      },
      [engineKey, String(body), argument],
    )
    return found.jsonValue()
  }
  const openPage = async (device) => {
    device.page = await device.context.newPage()
    await device.page.goto(`${device.url}?storeId=${storeId}`)
    await until(device, () => true)
  }
  const openDevice = async (url, viewport) => {
    const device = { url, context: await browser.newContext({ viewport }) }
    await openPage(device)
    return device
  }
  /** The page ends at once, as when a tab is closed or the phone needs the memory. */
  const killPage = async (device) => {
    await device.page.close({ runBeforeUnload: false })
    await openPage(device)
  }
  /** Saved on the phone, uploaded, and known on the other device; its text is its name. */
  const saved = async (name) => {
    const id = await on(phone, (engine, text) => engine.saveFile(new File([text], text)), name)
    await until(phone, (engine, fileId) => engine.getFileState(fileId).remote, id)
    await listed(desk, id, true)
    return id
  }
  const hashOf = (id) => on(phone, (engine, fileId) => engine.getFile(fileId).contentHash, id)
  const named = (device, id, name) =>
    until(device, (engine, [fileId, wanted]) => engine.getFile(fileId)?.name === wanted, [id, name])
  const listed = (device, id, wanted) =>
    until(device, (engine, [fileId, is]) => engine.listFiles().some((one) => one.id === fileId) === is, [
      id,
      wanted,
    ])
  const textOf = (device, id) =>
    on(device, async (engine, fileId) => (await engine.readFile(fileId)).text(), id)
  /** The phone alone has a line that can be cut; its workers' sockets go through it as well. */
  const goOffline = async () => {
    await phone.context.setOffline(true)
    line.cut()
  }
  const goOnline = async () => {
    line.restore()
    await phone.context.setOffline(false)
  }
  const onServer = async (hash) => {
    const { status } = await fetch(`${app.url}api/files/${storeId}/${hash}`, { method: "HEAD" })
    return status
  }
  /** Until the server says so; each question takes a moment. */
  const untilServer = async (hash, wanted) => {
    let status
    for (const end = Date.now() + 60_000; status !== wanted && Date.now() < end; )
      status = await onServer(hash)
    assert.equal(status, wanted)
  }
  /** Names of all that a device keeps. */
  const keptNames = async () => {
    const namesIn = async (folder) => {
      const found = []
      for await (const [name, handle] of folder) {
        found.push(name)
        if (handle.kind === "directory") found.push(...(await namesIn(handle)))
      }
      return found
    }
    return namesIn(await navigator.storage.getDirectory())
  }
  const erasedEverywhere = async (id, hash) => {
    for (const device of [phone, desk]) {
      await until(device, (engine, fileId) => engine.getFile(fileId) === undefined, id)
      for (const end = Date.now() + 60_000; Date.now() < end; ) {
        const names = await device.page.evaluate(keptNames)
        if (!names.some((name) => name.includes(hash))) break
      }
      assert.ok(!(await device.page.evaluate(keptNames)).some((name) => name.includes(hash)))
      assert.equal(
        await on(device, (engine, fileId) => engine.listDeleted().some((one) => one.id === fileId), id),
        false,
      )
    }
    await untilServer(hash, 404)
  }

  before(async () => {
    app = await startApp({ dataFolder: data.path })
    line = await startSlowLine(app.url)
    browser = await launchBrowser()
    ;[phone, desk] = await Promise.all([
      openDevice(line.url, { width: 390, height: 844 }),
      openDevice(app.url, { width: 1100, height: 800 }),
    ])
  })
  after(async () => {
    await browser?.close()
    await line?.stop()
    await app?.stop()
    data.remove()
  })

  it("edits a name that the other device sees, also what was edited offline", async () => {
    const id = await saved("draft.txt")
    await on(phone, (engine, fileId) => engine.editFile(fileId, { name: "letter.txt" }), id)
    await named(desk, id, "letter.txt")
    assert.equal(await textOf(desk, id), "draft.txt")
    await goOffline()
    await on(phone, (engine, fileId) => engine.editFile(fileId, { name: "offline.txt" }), id)
    await named(phone, id, "offline.txt")
    assert.equal(await on(desk, (engine, fileId) => engine.getFile(fileId).name, id), "letter.txt")
    await goOnline()
    await named(desk, id, "offline.txt")
  })

  it("deletes by keyboard on the phone, and takes it back there and on the other device", async () => {
    const id = await saved("minutes.txt")
    const press = async (name) => {
      await phone.page.getByRole("button", { name, exact: true }).focus()
      await phone.page.keyboard.press("Enter")
    }
    await press("Delete minutes.txt")
    await listed(desk, id, false)
    await press("Undo deleting minutes.txt")
    await listed(desk, id, true)
    await goOffline()
    await press("Delete minutes.txt")
    await listed(phone, id, false)
    await goOnline()
    await listed(desk, id, false)
    await on(desk, (engine, fileId) => engine.restoreFile(fileId), id)
    await listed(phone, id, true)
    for (const device of [phone, desk]) assert.equal(await textOf(device, id), "minutes.txt")
  })

  it("makes an address that works without a token, and then no more", async () => {
    const id = await saved("ticket.txt")
    const share = (expiresIn) =>
      on(phone, (engine, [fileId, time]) => engine.getShareUrl(fileId, { expiresIn: time }), [id, expiresIn])
    const answer = await fetch(await share("1 hour"))
    assert.deepEqual([answer.status, await answer.text()], [200, "ticket.txt"])
    const short = await share("1 second")
    let { status } = await fetch(short)
    for (const end = Date.now() + 60_000; status === 200 && Date.now() < end; )
      ({ status } = await fetch(short))
    assert.equal(status, 403)
  })

  it("erases from both devices and the server, also what was erased offline", async () => {
    for (const [name, answer] of [
      ["wrong photo.txt", "erased"],
      ["another wrong photo.txt", "pending"],
    ]) {
      const id = await saved(name)
      const hash = await hashOf(id)
      assert.equal(await onServer(hash), 200)
      if (answer === "pending") await goOffline()
      assert.deepEqual(await on(phone, (engine, fileId) => engine.eraseFile(fileId), id), { remote: answer })
      if (answer === "pending") await goOnline()
      await erasedEverywhere(id, hash)
    }
  })

  it("comes to one end on both devices when the page ends in the middle of each", async () => {
    const edited = await saved("a.txt")
    const deleted = await saved("b.txt")
    const erased = await saved("c.txt")
    const hash = await hashOf(erased)
    await on(
      phone,
      (engine, [one, other]) => {
        void engine.editFile(one, { name: "edited.txt" })
        void engine.deleteFile(other)
      },
      [edited, deleted],
    )
    await killPage(phone)
    // Each had happened or had not: asked for again, it has.
    await on(phone, (engine, id) => engine.editFile(id, { name: "edited.txt" }), edited)
    await on(phone, (engine, id) => engine.deleteFile(id), deleted)
    await named(desk, edited, "edited.txt")
    await listed(desk, deleted, false)
    await on(
      phone,
      (engine, [one, other]) => {
        void engine.restoreFile(one)
        void engine.eraseFile(other)
      },
      [deleted, erased],
    )
    await killPage(phone)
    await on(phone, (engine, id) => engine.restoreFile(id), deleted)
    await on(phone, (engine, id) => engine.eraseFile(id), erased)
    await listed(desk, deleted, true)
    assert.equal(await textOf(desk, deleted), "b.txt")
    await erasedEverywhere(erased, hash)
  })
})
