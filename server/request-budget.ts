import type { ObjectStorage } from "./object-storage.js"

/** How many calls may still be made; a Worker has 1,000 of them for one request. */
export class RequestBudget {
  #left: number

  constructor(requests: number) {
    this.#left = requests
  }

  get left(): number {
    return this.#left
  }

  spend(requests: number): void {
    this.#left -= requests
  }
}

/** The same store, whose calls are counted. Deletions count one by one, which S3 takes; R2 needs fewer. */
export const countedStorage = (storage: ObjectStorage, budget: RequestBudget): ObjectStorage => {
  const counted = <A extends ReadonlyArray<unknown>, R>(
    run: (...args: A) => R,
    cost: (args: A) => number = () => 1,
  ) => {
    return (...args: A): R => {
      budget.spend(cost(args))
      return run(...args)
    }
  }
  return {
    ...storage,
    head: counted((key) => storage.head(key)),
    read: counted((key, span) => storage.read(key, span)),
    write: counted((key, body, facts) => storage.write(key, body, facts)),
    list: counted((options) => storage.list(options)),
    remove: counted(
      (keys) => storage.remove(keys),
      ([keys]) => keys.length,
    ),
    multipart: {
      ...storage.multipart,
      abort: counted(
        (key, uploadId) => storage.multipart.abort(key, uploadId),
        () => 3,
      ),
      listUploads: counted((prefix) => storage.multipart.listUploads(prefix)),
    },
  }
}
