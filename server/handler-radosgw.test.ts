import { radosgwMissing, startRadosgw } from "./test/radosgw.js"
import { s3Contracts } from "./test/s3-contracts.js"

s3Contracts("Ceph radosgw", radosgwMissing(), startRadosgw)
