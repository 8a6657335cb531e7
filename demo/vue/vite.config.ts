import vue from "@vitejs/plugin-vue"
import { defineConfig } from "vite"
import { boardConfig } from "../board/vite.config.js"

export default defineConfig({
  ...boardConfig,
  plugins: [
    // So that Vue takes our tags for elements, not for components it does not know.
    vue({ template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith("filesync-") } } }),
  ],
})
