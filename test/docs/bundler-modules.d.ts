declare module "*?worker" {
  const make: new (options?: { name?: string }) => Worker
  export default make
}
declare module "*?sharedworker" {
  const make: new (options?: { name?: string }) => SharedWorker
  export default make
}
declare module "@vitejs/plugin-vue" {
  interface CompilerOptions {
    isCustomElement?: (tag: string) => boolean
  }
  const plugin: (options?: { template?: { compilerOptions?: CompilerOptions } }) => import("vite").Plugin
  export default plugin
}
declare module "@sveltejs/vite-plugin-svelte" {
  export const svelte: (options?: object) => import("vite").Plugin
}
