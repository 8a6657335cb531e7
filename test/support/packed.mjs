/** The package as npm would publish it, packed from what is built. */
export { npm, packPackage as pack } from "../../scripts/release/pack.mjs"
