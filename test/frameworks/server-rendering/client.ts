/** In the browser: an engine with one picture, the elements before or after the framework takes over the page. */
import { InMemoryFileSync } from "../../../components/test-support/in-memory-file-sync.js"
import { picture } from "../../../components/test-support/pictures.js"
import { setFileSync } from "../../../src/client/global-client.js"
// @ts-expect-error -- whichever framework is bundled
import * as board from "virtual:board"

const engine = new InMemoryFileSync()
engine.arrive({ id: "a", metadata: { width: 40, height: 30 } }, await picture(40, 30))
setFileSync(engine)
const search = new URLSearchParams(location.search)
const root = document.querySelector("#root")
const isFirst = search.has("elements-first")
if (isFirst) await import("../../../components/index.js")
if (search.has("in-the-browser")) board.mount(root)
else board.hydrate(root)
if (!isFirst) await import("../../../components/index.js")
