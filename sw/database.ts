/** Everything the worker must remember: it may be stopped between any two requests. */
const databaseName = "livestore-filesync-sw"

/** One table: a store's configuration under its folder name, a download's pieces under `[time, id, number]`. */
const tableName = "all"

/**
 * Runs one request in a transaction of its own; resolves when that is on disk. The database is opened each time:
 * that is seldom, and a connection that stays open would stand in the way of a later version and of clearing.
 */
export const withTable = <Result>(
  mode: IDBTransactionMode,
  run: (table: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(tableName)
    opening.onerror = reject
    opening.onsuccess = () => {
      const database = opening.result
      const transaction = database.transaction(tableName, mode)
      const request = run(transaction.objectStore(tableName))
      transaction.oncomplete = () => resolve(request.result)
      transaction.onabort = reject
      // Closes when the transaction has ended.
      database.close()
    }
  })
