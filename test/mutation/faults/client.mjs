const life = ["test/contracts/engine-life.test.ts"]

/** In `src/client`. */
export const clientFaults = [
  {
    name: "client: calls that wait hang after dispose",
    file: "src/client/client.ts",
    find: "      for (const call of calls) call.unsafeInterruptAsFork(call.id())\n",
    replace: "",
    tests: life,
  },
  {
    name: "client: a signal that is aborted already is not seen",
    file: "src/client/client.ts",
    find: "if (signal?.aborted) abort()\n    else signal?.addEventListener",
    replace: "signal?.addEventListener",
    tests: ["test/contracts/settling-reads.test.ts", "src/client/create-file-sync.test.ts"],
  },
  {
    name: "client: the browser is asked to persist with every save",
    file: "src/client/client.ts",
    find: "      unsubscribe()\n      void run(local.persist)",
    replace: "      if (isDisposed) unsubscribe()\n      void run(local.persist)",
    tests: ["test/contracts/space-and-repair.test.ts"],
  },
  {
    name: "client: a disposed engine is still the page's",
    file: "src/client/create-file-sync.ts",
    find: "      if (getFileSync() === fileSync) setFileSync(undefined)\n",
    replace: "",
    tests: life,
  },
  {
    name: "client: a page that comes back starts what the app has stopped",
    file: "src/client/create-file-sync.ts",
    find: "      isStarted = false\n      return client.stop()",
    replace: "      return client.stop()",
    tests: [...life, "src/client/create-file-sync.test.ts"],
  },
  {
    name: "client: a frozen page keeps the lead",
    file: "src/client/page-lifecycle.ts",
    find: `  page.document.addEventListener("freeze", suspend, { signal })\n`,
    replace: "",
    tests: ["src/client/page-lifecycle.test.ts"],
  },
  {
    name: "client: a token that comes after signing out reaches the worker",
    file: "src/client/service-worker-bridge.ts",
    find: "    if (isDetached) return\n",
    replace: "",
    tests: ["test/contracts/worker-token.test.ts"],
  },
  {
    name: "client: an engine that never came leaves its worker running",
    file: "src/client/open-file-sync.ts",
    find: "    void preparing.then(({ release }) => release()).catch(() => undefined)\n",
    replace: "    void preparing.catch(() => undefined)\n",
    tests: ["src/client/open-file-sync.test.ts"],
  },
]
