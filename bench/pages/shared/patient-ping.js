/**
 * How often LiveStore asks whether its backend is still there. A connection that is silent from one ping to the next is
 * given up, and what is asked for on it is forgotten: its worker never hears of what the backend confirms, or of other
 * devices (0.4.0). The simulated R2 keeps the whole backend silent while it puts a large file together, 40 s with
 * 512 MB, which a real one does not. Our choice: longer than that with the largest file.
 */
export const patientPing = { requestInterval: 10 * 60_000 }
