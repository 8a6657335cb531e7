import type { UserConfig } from "vite"

/** `npx livestore-filesync dev` listens there. */
const backend = "http://localhost:4242"

/** What LiveStore and this package ask of Vite; everything a framework adds comes on top. */
export const boardConfig: UserConfig = {
  // LiveStore's database finds its wasm beside itself, which prebundling would break.
  optimizeDeps: { exclude: ["@livestore/wa-sqlite"] },
  worker: { format: "es" },
  build: { target: "es2022" },
  server: { proxy: { "/api": backend, "/sync": { target: backend, ws: true } } },
}
