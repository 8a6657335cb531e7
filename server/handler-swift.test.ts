import { s3Contracts } from "./test/s3-contracts.js"
import { startSwift, swiftMissing } from "./test/swift.js"

s3Contracts("OpenStack Swift", swiftMissing(), startSwift, { conditionalPut: false })
