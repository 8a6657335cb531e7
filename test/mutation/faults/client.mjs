export const clientFaults = []
