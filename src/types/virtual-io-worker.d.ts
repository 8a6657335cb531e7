/** The bundled I/O worker as text, made by the build; a page starts it from a `blob:` URL. */
declare module "virtual:io-worker" {
  const source: string
  export default source
}
