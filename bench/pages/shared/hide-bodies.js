/**
 * The automation protocol copies the whole body of a request that is sent from a buffer, and cannot take a large one: it is sent
 * as a Blob instead, of which nothing is copied. The buffer is copied once more for that.
 */
const fromBytes = 1024 * 1024

/** Makes `XMLHttpRequest` send large buffers as Blobs. */
export const hideLargeBodies = () => {
  const { send } = XMLHttpRequest.prototype
  XMLHttpRequest.prototype.send = function (body) {
    const isLarge = (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) && body.byteLength >= fromBytes
    send.call(this, isLarge ? new Blob([body]) : body)
  }
}
