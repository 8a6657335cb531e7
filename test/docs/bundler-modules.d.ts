// What bundlers and their plugins make of imports in the samples.
declare module "*?worker" {
  const make: new (options?: { name?: string }) => Worker
  export default make
}
declare module "*?sharedworker" {
  const make: new (options?: { name?: string }) => SharedWorker
  export default make
}
declare module "@vitejs/plugin-vue" {
  import type { Plugin } from "vite"
  interface CompilerOptions {
    isCustomElement?: (tag: string) => boolean
  }
  const plugin: (options?: { template?: { compilerOptions?: CompilerOptions } }) => Plugin
  export default plugin
}
declare module "@sveltejs/vite-plugin-svelte" {
  import type { Plugin } from "vite"
  export const svelte: (options?: object) => Plugin
}
