export const adapterFaults = []
