import { accessContract } from "./test/access-contract.js"
import { startR2Backend } from "./test/backend-under-test.js"
import { batchContract } from "./test/batch-contract.js"
import { handlerContract } from "./test/handler-contract.js"
import { multipartContract } from "./test/multipart-contract.js"
import { servingContract } from "./test/serving-contract.js"

handlerContract("r2", startR2Backend)
multipartContract("r2", startR2Backend)
batchContract("r2", startR2Backend)
accessContract("r2", startR2Backend)
servingContract("r2", startR2Backend)
