import react from "@vitejs/plugin-react"
import { defineConfig } from "vite"
import { boardConfig } from "../board/vite.config.js"

export default defineConfig({ ...boardConfig, plugins: [react()] })
