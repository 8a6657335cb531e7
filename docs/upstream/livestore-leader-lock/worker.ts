// Receives and answers nothing, as a worker that hangs.
self.addEventListener("message", () => undefined)
