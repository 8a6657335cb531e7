import { expect } from "@esm-bundle/chai"
import { toStorageError } from "./to-storage-error.js"

describe("toStorageError", () => {
  // Every DOMException that the File System standard or an engine's implementation of it raises.
  const expected = {
    QuotaExceededError: "QuotaExceeded",
    NotFoundError: "NotFound",
    NotReadableError: "Changed",
    AbortError: "Aborted",
    NoModificationAllowedError: "Locked",
    InvalidModificationError: "Locked",
    TimeoutError: "Locked",
    SecurityError: "Unavailable",
    NotAllowedError: "Unavailable",
    NotSupportedError: "Unavailable",
    InvalidStateError: "Unavailable",
    TypeMismatchError: "Damaged",
    UnknownError: "Damaged",
    OperationError: "Damaged",
    EncodingError: "Damaged",
    DataError: "Damaged",
  } as const
  for (const [name, reason] of Object.entries(expected)) {
    it(`gives ${reason} for ${name}, with what failed and a sentence`, () => {
      const cause = new DOMException("words of the browser", name)
      const error = toStorageError("do a thing", "subject")(cause)
      expect(error).to.include({ reason, operation: "do a thing", subject: "subject", cause })
      expect(error.message).to.match(/^Could not do a thing \(subject\): .+\./)
    })
  }

  it("gives Unknown for what no file system raises", () => {
    for (const thrown of [
      new Error("x"),
      new DOMException("x", "NamespaceError"),
      "text",
      null,
      undefined,
      {},
    ])
      expect(toStorageError("x")(thrown).reason).to.equal("Unknown")
  })
})
