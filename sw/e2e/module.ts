/** What an app's own module worker imports from the package. */
export * from "../background/index.js"
export * from "../index.js"
