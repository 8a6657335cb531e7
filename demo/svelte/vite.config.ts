import { svelte } from "@sveltejs/vite-plugin-svelte"
import { defineConfig } from "vite"
import { boardConfig } from "../board/vite.config.js"

export default defineConfig({ ...boardConfig, plugins: [svelte()] })
