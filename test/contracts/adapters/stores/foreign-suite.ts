/** What the test of background uploads in a foreign world needs of the package; bundled for Node by that test. */
export { httpAdapter } from "../../../../src/services/remote-file-storage/adapters/http.js"
export { foreignWorld } from "../../../../src/testing/foreign-world.js"
