export const engineFaults = []
