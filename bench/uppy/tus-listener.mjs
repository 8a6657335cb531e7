/** The tus project's own server over a folder, as its documentation starts it. */
import { FileStore } from "@tus/file-store"
import { Server } from "@tus/server"

/** A listener for `http.createServer`, for everything below `path`. */
export const tusListener = ({ path, folder }) => {
  const server = new Server({ path, datastore: new FileStore({ directory: folder }) })
  return (request, response) => server.handle(request, response)
}
