/**
 * How often LiveStore asks whether its backend is still there. A connection that is silent from one ping to the next is
 * given up with the requests on it: the worker then receives neither confirmations nor events of other devices (0.4.0).
 * The local backend, where the simulated R2 and the sync backend share one process, is silent for up to 40 s while 512
 * MB are joined and checked (measured). This is longer than that with the largest file.
 */
export const patientPing = { requestInterval: 10 * 60_000 }
