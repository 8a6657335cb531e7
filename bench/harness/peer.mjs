/** The peer is installed on demand, with the exact versions it needs; without a network it is left out. */
export const preparePeer = async () => ({ missing: "not written yet" })
