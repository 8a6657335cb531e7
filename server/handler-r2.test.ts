import { accessContract } from "./test/access-contract.js"
import { startR2Backend } from "./test/backend-under-test.js"
import { batchContract } from "./test/batch-contract.js"
import { fuzzContract } from "./test/fuzz-contract.js"
import { handlerContract } from "./test/handler-contract.js"
import { multipartContract } from "./test/multipart-contract.js"
import { servingContract } from "./test/serving-contract.js"
import { shareContract } from "./test/share-contract.js"
import { slowContract } from "./test/slow-contract.js"

handlerContract("r2", startR2Backend)
multipartContract("r2", startR2Backend)
batchContract("r2", startR2Backend)
accessContract("r2", startR2Backend)
servingContract("r2", startR2Backend)
slowContract("r2", startR2Backend)
fuzzContract("r2", startR2Backend)
shareContract("r2", startR2Backend)
