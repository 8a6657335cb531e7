/** Everything the worker must remember: it may be stopped between any two requests. */
let connection: Promise<IDBDatabase> | undefined

const forget = () => {
  connection = undefined
}

const open = (): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("livestore-filesync-sw", 1)
    request.onupgradeneeded = () => request.result.createObjectStore(tableName)
    request.onerror = () => {
      forget()
      reject(request.error)
    }
    request.onsuccess = () => {
      const database = request.result
      // The user cleared site data, or a later version wants in: the next call opens again.
      database.onclose = forget
      database.onversionchange = () => {
        database.close()
        forget()
      }
      resolve(database)
    }
  })

/** One table: a store's configuration under its folder name, a download's pieces under `[time, id, number]`. */
const tableName = "all"

/** Runs one request in a transaction of its own; resolves when that is on disk. */
export const withTable = async <Result>(
  mode: IDBTransactionMode,
  run: (table: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> => {
  connection ??= open()
  const transaction = (await connection).transaction(tableName, mode)
  const request = run(transaction.objectStore(tableName))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result)
    transaction.onabort = () => reject(transaction.error)
  })
}
