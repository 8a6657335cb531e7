export const storageFaults = []
