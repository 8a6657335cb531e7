import { type Case, need } from "./case.js"
import { makeContent } from "./content.js"
import { check, failsWith, same, until, within } from "./expect.js"
import { readAll, type Subject } from "./subject.js"

/** An abort must have an effect within this time, in ms: at once, with room for a busy machine. */
const promptMs = 15_000

const slowBytesPerSecond = 400_000

/** More than the buffers of two sockets hold: a few MB each on a usual Linux. */
const moreThanBuffersBytes = 32 * 1024 ** 2

const expectQuiet = async ({ faults }: Subject): Promise<void> => {
  const { countOpenRequests } = faults
  if (countOpenRequests === undefined) return
  await until(async () => (await countOpenRequests()) === 0, "the store sees the connection closed")
}

const expectNotStored = async (
  { adapter, requestFor, faults }: Subject,
  content: Awaited<ReturnType<typeof makeContent>>,
) => {
  await faults.setRate?.(Number.POSITIVE_INFINITY)
  if (adapter.head !== undefined)
    same(await adapter.head(requestFor(content)), undefined, "what an aborted upload stored")
}

/** Aborts end requests, not only promises. */
export const abortCases: ReadonlyArray<Case> = [
  {
    name: "sends nothing for a request that is already aborted",
    run: async (subject) => {
      const content = await makeContent(1000)
      const { adapter, requestFor } = subject
      const signal = AbortSignal.abort()
      await failsWith(subject.upload(content, { signal }), "Aborted")
      await failsWith(subject.download(content, { signal }), "Aborted")
      await failsWith(adapter.delete(requestFor(content, signal)), "Aborted")
      await failsWith(adapter.checkHealth({ signal }), "Aborted")
      if (adapter.head !== undefined) await failsWith(adapter.head(requestFor(content, signal)), "Aborted")
      await expectNotStored(subject, content)
    },
  },
  {
    name: "stops an upload that has just begun",
    run: async (subject) => {
      const controller = new AbortController()
      const content = await makeContent(1_000_000)
      const upload = failsWith(subject.upload(content, { signal: controller.signal }), "Aborted")
      controller.abort()
      await within(promptMs, upload, "the abort")
      await expectQuiet(subject)
      await expectNotStored(subject, content)
    },
  },
  {
    name: "closes the connection of an upload in the middle",
    run: async (subject) => {
      const setRate = need(subject.faults.setRate, "way to slow the connection")
      const received = need(subject.faults.countReceivedBytes, "count of received bytes")
      const content = await makeContent(moreThanBuffersBytes)
      const controller = new AbortController()
      await setRate(slowBytesPerSecond)
      const before = await received()
      const upload = failsWith(subject.upload(content, { signal: controller.signal }), "Aborted")
      await until(async () => (await received()) > before + 50_000, "the upload is under way")
      controller.abort()
      await within(promptMs, upload, "the abort")
      // What is in the sockets' buffers still comes, and the end of the connection behind it.
      await setRate(Number.POSITIVE_INFINITY)
      await expectQuiet(subject)
      check((await received()) - before < content.bytes.length, "all bytes were sent all the same")
      await expectNotStored(subject, content)
    },
  },
  {
    name: "ends a download whose body is being read",
    run: async (subject) => {
      const content = await makeContent(5 * 1024 ** 2)
      await subject.upload(content)
      await subject.faults.setRate?.(slowBytesPerSecond)
      const controller = new AbortController()
      const { body } = await subject.download(content, { signal: controller.signal })
      const reader = body.getReader()
      check(!(await reader.read()).done, "the body is empty")
      controller.abort()
      const rest = (async () => {
        while (!(await reader.read()).done);
      })()
      await within(promptMs, failsWith(rest, "Aborted"), "the abort")
      await expectQuiet(subject)
    },
  },
  {
    name: "closes the connection of a download that is not read any further",
    run: async (subject) => {
      need(subject.faults.countOpenRequests, "count of open requests")
      const content = await makeContent(5 * 1024 ** 2)
      await subject.upload(content)
      await subject.faults.setRate?.(slowBytesPerSecond)
      const { body } = await subject.download(content)
      const reader = body.getReader()
      await reader.read()
      await within(promptMs, reader.cancel(), "cancelling")
      await expectQuiet(subject)
    },
  },
  {
    name: "goes on working after aborts",
    run: async (subject) => {
      const content = await makeContent(1000)
      const controller = new AbortController()
      const upload = failsWith(subject.upload(content, { signal: controller.signal }), "Aborted")
      controller.abort()
      await upload
      await subject.upload(content)
      same((await readAll((await subject.download(content)).body)).length, 1000, "the size")
    },
  },
]
