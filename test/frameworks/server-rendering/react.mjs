import { createElement, StrictMode, useCallback, useState } from "react"
import { createRoot, hydrateRoot } from "react-dom/client"
import { renderToString } from "react-dom/server"

/**
 * Up to 19.3 React gives custom elements that a server rendered no event handlers (react/react#35446): there a `ref`
 * listens. And its development build takes attributes that an element has written for a mistake of the server.
 */
const Board = ({ isServerRendered }) => {
  const [count, setCount] = useState(0)
  const add = useCallback(() => setCount((before) => before + 1), [])
  const listen = useCallback(
    (upload) => {
      upload.addEventListener("filesync-saved", add)
      return () => upload.removeEventListener("filesync-saved", add)
    },
    [add],
  )
  const quiet = { suppressHydrationWarning: true }
  const events = isServerRendered ? { ref: listen } : { "onfilesync-saved": add }
  return createElement(
    "main",
    null,
    createElement("filesync-upload", { name: "photos", multiple: true, ...quiet, ...events }),
    createElement("filesync-status", quiet),
    createElement("filesync-image", { "file-id": "a", alt: "Harbour", width: 120, ...quiet }),
    createElement("p", null, `${count} saved`),
  )
}

const board = (isServerRendered) =>
  createElement(StrictMode, null, createElement(Board, { isServerRendered }))

export const render = () => renderToString(board(true))
export const hydrate = (root) => hydrateRoot(root, board(true))
export const mount = (root) => createRoot(root).render(board(false))
