import { expect } from "@esm-bundle/chai"
import { inertType, servingHeaders } from "./serving-headers.js"

const hostile = [
  "text/html",
  "TEXT/HTML",
  " text/html ; charset=utf-8",
  "application/xhtml+xml",
  "text/xml",
  "application/xml",
  "image/svg+xml+html",
  "image/svg",
  "text/javascript",
  "application/javascript",
  "text/css",
  "text/plain, text/html",
  "text/plain\r\nX-Evil: 1",
  "image/png,text/html",
  "application/pdf",
  "application/wasm",
  "multipart/x-mixed-replace",
  "message/rfc822",
  "application/octet-stream",
  "image/",
  "image/*",
  "*/*",
  "",
  "__proto__",
]

describe("servingHeaders", () => {
  for (const mimeType of hostile) {
    it(`offers ${JSON.stringify(mimeType)} for saving, as bytes`, () => {
      const headers = servingHeaders({ mimeType, name: "a.html" })
      expect(headers["Content-Type"]).to.equal("application/octet-stream")
      expect(headers["Content-Disposition"]).to.equal('attachment; filename="a.html"')
    })
  }

  for (const mimeType of ["image/png", "image/jpeg", "image/webp", "audio/mpeg", "video/mp4", "video/webm"]) {
    it(`shows ${mimeType} inline, sealed`, () => {
      const headers = servingHeaders({ mimeType })
      expect(headers["Content-Type"]).to.equal(mimeType)
      expect(headers["Content-Disposition"]).to.equal("inline")
      expect(headers["Content-Security-Policy"]).to.equal("sandbox; default-src 'none'")
    })
  }

  it("seals every file against sniffing, embedding elsewhere and leaking its address", () => {
    for (const mimeType of [...hostile, "image/png", "image/svg+xml", "text/plain"]) {
      const headers = servingHeaders({ mimeType })
      expect(headers["X-Content-Type-Options"]).to.equal("nosniff")
      expect(headers["Cross-Origin-Resource-Policy"]).to.equal("same-origin")
      expect(headers["Referrer-Policy"]).to.equal("no-referrer")
      expect(headers["Content-Security-Policy"]).to.match(/^sandbox; default-src 'none'/)
      expect(headers["Content-Security-Policy"]).not.to.match(/script|allow-/)
    }
  })

  it("lets an SVG style itself and nothing more", () => {
    expect(servingHeaders({ mimeType: "image/svg+xml" })["Content-Security-Policy"]).to.equal(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:",
    )
  })

  it("drops a type's parameters and fixes the charset of text", () => {
    expect(inertType("text/plain; charset=utf-7")).to.equal("text/plain; charset=utf-8")
    expect(inertType("Image/PNG; x=text/html")).to.equal("image/png")
  })

  it("offers an inert type for saving when asked", () => {
    const headers = servingHeaders({ mimeType: "image/png", name: "a.png", download: true })
    expect(headers["Content-Disposition"]).to.equal('attachment; filename="a.png"')
    expect(headers["Content-Type"]).to.equal("application/octet-stream")
  })

  it("gives content known by its hash an ETag and a private, endless life in the cache", () => {
    const contentHash = "a".repeat(64)
    const headers = servingHeaders({ mimeType: "image/png", contentHash, sizeBytes: 12 })
    expect(headers.ETag).to.equal(`"${contentHash}"`)
    expect(headers["Cache-Control"]).to.equal("private, max-age=31536000, immutable, no-transform")
    expect(headers["Content-Length"]).to.equal("12")
  })

  it("lets an app widen who may embed it", () => {
    expect(
      servingHeaders({ mimeType: "image/png", resourcePolicy: "cross-origin" })[
        "Cross-Origin-Resource-Policy"
      ],
    ).to.equal("cross-origin")
  })
})
