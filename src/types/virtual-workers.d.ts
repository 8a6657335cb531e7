/** A bundled worker as text, made by the build; a page starts it from a `blob:` URL. */
declare module "virtual:io-worker" {
  const source: string
  export default source
}

declare module "virtual:picture-worker" {
  const source: string
  export default source
}

declare module "virtual:image-worker" {
  const source: string
  export default source
}
