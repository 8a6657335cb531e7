export const workerFaults = []
