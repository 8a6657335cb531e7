/** What apps and adapters are tested with. */
export { layerTest, TestLayer } from "../layers/test-layer.js"
export {
  type MemoryAdapterOptions,
  memoryAdapter,
  type MemoryFault,
  type MemoryOperation,
} from "../services/remote-file-storage/adapters/memory.js"
export {
  adapterConformance,
  type AdapterFaults,
  type AdapterUnderTest,
  type ConformanceCase,
  type ConformanceOptions,
  describeAdapter,
} from "./adapter-conformance.js"
export {
  type BackgroundUploader,
  describeForeignWorld,
  type ForeignFault,
  foreignWorld,
  type ForeignWorldOptions,
  type ForeignWorldUnderTest,
  type SizeClass,
} from "./foreign-world.js"
