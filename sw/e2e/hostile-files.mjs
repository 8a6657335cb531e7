/** Files that would run script in the app's origin if anything let them. */

/** Leaves a mark of its name wherever a script of the app's origin can: storage, cookie, network, the window that holds it. */
const attack = (name) =>
  `try{localStorage.setItem("pwned-${name}",1)}catch(e){};try{document.cookie="pwned-${name}=1"}catch(e){};` +
  `try{fetch("/pwned/${name}")}catch(e){};try{(self.opener||self.parent)["pwned-${name}"]=1}catch(e){};` +
  `try{navigator.storage.getDirectory().then(()=>fetch("/pwned/storage-${name}"))}catch(e){}`

const inXml = (name) => attack(name).replaceAll("&", "&amp;").replaceAll("<", "&lt;")
/** A page that leaves its marks wherever it may run. */
export const html = (name) =>
  `<!doctype html><title>x</title><body onload='${attack(name)}'><script>${attack(name)}</script>`
const gif =
  "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
const png =
  "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"

const pdf = (name) =>
  `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.launchURL\\("/pwned/${name}"\\))>>>>endobj\n` +
  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n" +
  "trailer<</Root 1 0 R>>\n%%EOF"

/** Name, the type its sender would give it, content as Latin-1 text. */
export const hostileFiles = [
  [
    "svg",
    "image/svg+xml",
    `<svg xmlns="http://www.w3.org/2000/svg" onload="${inXml("svg").replaceAll('"', "&quot;")}"><script>${inXml("svg")}</script><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;parent.parent['pwned-svg']=1&lt;/script&gt;"/></foreignObject></svg>`,
  ],
  ["html", "text/html", html("html")],
  [
    "xhtml",
    "application/xhtml+xml",
    `<html xmlns="http://www.w3.org/1999/xhtml"><head><script>${inXml("xhtml")}</script></head><body/></html>`,
  ],
  [
    "xml-stylesheet",
    "text/xml",
    `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#s"?><!DOCTYPE x [<!ATTLIST xsl:stylesheet id ID #REQUIRED>]><x><xsl:stylesheet id="s" version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="/"><html><script>${inXml("xml-stylesheet")}</script></html></xsl:template></xsl:stylesheet></x>`,
  ],
  [
    "xml-with-xhtml",
    "application/xml",
    `<x><script xmlns="http://www.w3.org/1999/xhtml">${inXml("xml-with-xhtml")}</script></x>`,
  ],
  ["pdf", "application/pdf", pdf("pdf")],
  [
    "mhtml",
    "multipart/related",
    `From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="b"; type="text/html"\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Location: http://localhost/\r\n\r\n${html("mhtml")}\r\n--b--\r\n`,
  ],
  ["script", "text/javascript", attack("script")],
  ["gif-and-script", "image/gif", `GIF89a/*${gif.slice(6)}*/=0;${attack("gif-and-script")}`],
  ["gif-and-html", "image/gif", gif + html("gif-and-html")],
  ["png-and-html", "image/png", png + html("png-and-html")],
  ["pdf-and-html", "application/pdf", pdf("pdf-and-html") + html("pdf-and-html")],
  ["text-that-is-html", "text/plain", html("text-that-is-html")],
  ["utf-7-html", "text/plain; charset=utf-7", `+ADw-script+AD4-${attack("utf-7-html")}+ADw-/script+AD4-`],
]
