import type { UserConfig } from "vite"

/** `npx livestore-filesync dev` listens there. */
const backend = "http://localhost:4242"
const proxy = { "/api": backend, "/sync": { target: backend, ws: true } }

/** What LiveStore and this package ask of Vite; everything a framework adds comes on top. */
export const boardConfig: UserConfig = {
  optimizeDeps: {
    // LiveStore's database finds its wasm beside itself, which prebundling would break.
    exclude: ["@livestore/wa-sqlite"],
    // What only the worker imports, which Vite would find late and reload the page for.
    include: ["@livestore/adapter-web/worker", "@livestore/sync-cf/client", "livestore-filesync/livestore"],
  },
  worker: { format: "es" },
  build: { target: "es2022" },
  server: { proxy },
  preview: { proxy },
}
