const serving = ["sw/serving.test.ts"]

/** In `sw`. */
export const workerFaults = [
  {
    name: "worker: fetched content is given unchecked",
    file: "sw/remote-content.ts",
    find: "if (content.contentHash === contentHash) return { bytes: content.bytes, finished }",
    replace: `if (content.contentHash !== "") return { bytes: content.bytes, finished }`,
    tests: serving,
  },
  {
    name: "worker: fetched content is stored unchecked",
    file: "sw/remote-content.ts",
    find: "return isVerified && storeContent(storeFolder, contentHash, content.bytes)",
    replace: "return !!content && storeContent(storeFolder, contentHash, content.bytes)",
    tests: serving,
  },
  {
    name: "worker: the last byte is given before the check",
    file: "sw/read-in-progress.ts",
    find: "Math.min(download.arrivedBytes, totalBytes - 1)",
    replace: "Math.min(download.arrivedBytes, totalBytes)",
    tests: ["sw/read-in-progress.test.ts"],
  },
  {
    name: "worker: a reader that left is not counted out",
    file: "sw/read-in-progress.ts",
    find: "      cancel: () => finish(),",
    replace: "      cancel: () => {},",
    tests: ["sw/read-in-progress.test.ts"],
  },
  {
    name: "worker: content comes back after the user signed out",
    file: "sw/store-content.ts",
    find: "    if (await findStore(storeFolder)) return true\n    await folder.removeEntry(contentHash)",
    replace: "    if (folder) return true\n    await folder.removeEntry(contentHash)",
    tests: ["sw/store-content.test.ts"],
  },
  {
    name: "worker: a download goes on with a whole answer",
    file: "sw/receive-content.ts",
    find: "if (rest?.status !== 206) throw error",
    replace: "if (!rest?.ok) throw error",
    tests: serving,
  },
  {
    name: "worker: a web page is taken for a file",
    file: "sw/remote-request.ts",
    find: "(!!answer && (answer.ok || answer.status === 404) && isWebPage((name) => answer.headers.get(name)))",
    replace: "(!!answer && answer.status === 404 && isWebPage((name) => answer.headers.get(name)))",
    tests: serving,
  },
  {
    name: "worker: a store that nobody registered is served",
    file: "sw/answer-file-request.ts",
    find: "if (!configuration) return answerFailure(unknown)",
    replace: "if (!configuration && wanted.isHead) return answerFailure(unknown)",
    tests: serving,
  },
  {
    name: "worker: a page that was closed is waited for for ever",
    file: "sw/request-from-clients.ts",
    find: "watch = setInterval(async () => (await clients.get(page.id)) || finish(), lookAfterMs)",
    replace: "watch = setInterval(async () => (await clients.get(page.id)) || lookAfterMs, lookAfterMs)",
    tests: serving,
  },
]
