import { deno } from "./test/other-runtimes.js"
import { runtimeContracts } from "./test/runtime-contracts.js"

runtimeContracts(deno)
