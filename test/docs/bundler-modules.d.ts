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
declare module "@vitejs/plugin-react" {
  import type { Plugin } from "vite"
  const plugin: (options?: object) => Plugin[]
  export default plugin
}
declare module "@sveltejs/vite-plugin-svelte" {
  import type { Plugin } from "vite"
  export const svelte: (options?: object) => Plugin
}
// React's packages, of which only the types of React itself are installed here.
declare module "@livestore/react" {
  import type { LiveQueryDef, RegistryStoreOptions, Store, StoreRegistry } from "@livestore/livestore"
  import type { ReactNode } from "react"
  interface ReactApi {
    readonly useQuery: <Result>(query: LiveQueryDef<Result>) => Result
  }
  export const useStore: <TSchema extends RegistryStoreOptions["schema"]>(
    options: RegistryStoreOptions<TSchema>,
  ) => Store<TSchema> & ReactApi
  export const StoreRegistryProvider: (props: {
    readonly storeRegistry: StoreRegistry
    readonly children?: ReactNode
  }) => ReactNode
}
declare module "react-dom" {
  export const unstable_batchedUpdates: (update: () => void) => void
}
declare module "react-dom/client" {
  import type { ReactNode } from "react"
  export const createRoot: (element: Element) => { render: (node: ReactNode) => void }
}
