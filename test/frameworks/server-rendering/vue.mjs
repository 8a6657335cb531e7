import { createSSRApp, h, ref } from "vue"
import { renderToString } from "vue/server-renderer"

const Board = {
  setup() {
    const count = ref(0)
    return () =>
      h("main", [
        h("filesync-upload", {
          name: "photos",
          multiple: true,
          "onFilesync-saved": () => (count.value += 1),
        }),
        h("filesync-status"),
        h("filesync-image", { "file-id": "a", alt: "Harbour", width: 120 }),
        h("p", `${count.value} saved`),
      ])
  },
}

export const render = () => renderToString(createSSRApp(Board))
export const hydrate = (root) => createSSRApp(Board).mount(root)
