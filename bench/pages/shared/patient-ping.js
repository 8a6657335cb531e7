/**
 * How often LiveStore asks whether its backend is still there. A connection that is silent from one ping to the next is
 * given up, and what is asked for on it is forgotten: its worker never hears of what the backend confirms, or of other
 * devices (0.4.0). The local backend, where the simulated R2 and the sync backend share one process, is silent for up to
 * 40 s while 512 MB are put together and checked (measured). This is longer than that with the largest file.
 */
export const patientPing = { requestInterval: 10 * 60_000 }
