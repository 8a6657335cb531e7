/**
 * Types of files: by the ending of their names, by the synonyms that systems use for types, and by their first bytes.
 */

/** The type of bytes of unknown type. */
export const unknownType = "application/octet-stream"

const openXml = "application/vnd.openxmlformats-officedocument"
const openDocument = "application/vnd.oasis.opendocument"

/** Types by file extension; the first extension of a type is the one that a name gets. */
const typesByEnding: Readonly<Record<string, string>> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  jpe: "image/jpeg",
  jfif: "image/jpeg",
  png: "image/png",
  apng: "image/apng",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  heic: "image/heic",
  heif: "image/heif",
  jxl: "image/jxl",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  svg: "image/svg+xml",
  ico: "image/x-icon",
  psd: "image/vnd.adobe.photoshop",
  dng: "image/x-adobe-dng",
  mp4: "video/mp4",
  m4v: "video/mp4",
  mov: "video/quicktime",
  webm: "video/webm",
  mkv: "video/x-matroska",
  avi: "video/x-msvideo",
  "3gp": "video/3gpp",
  "3g2": "video/3gpp2",
  mpg: "video/mpeg",
  mpeg: "video/mpeg",
  ogv: "video/ogg",
  wmv: "video/x-ms-wmv",
  mp3: "audio/mpeg",
  m4a: "audio/mp4",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  ogg: "audio/ogg",
  oga: "audio/ogg",
  opus: "audio/ogg",
  weba: "audio/webm",
  aif: "audio/aiff",
  aiff: "audio/aiff",
  mid: "audio/midi",
  pdf: "application/pdf",
  txt: "text/plain",
  log: "text/plain",
  md: "text/markdown",
  markdown: "text/markdown",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  js: "text/javascript",
  mjs: "text/javascript",
  json: "application/json",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  ics: "text/calendar",
  vcf: "text/vcard",
  rtf: "application/rtf",
  gpx: "application/gpx+xml",
  doc: "application/msword",
  xls: "application/vnd.ms-excel",
  ppt: "application/vnd.ms-powerpoint",
  docx: `${openXml}.wordprocessingml.document`,
  xlsx: `${openXml}.spreadsheetml.sheet`,
  pptx: `${openXml}.presentationml.presentation`,
  odt: `${openDocument}.text`,
  ods: `${openDocument}.spreadsheet`,
  odp: `${openDocument}.presentation`,
  pages: "application/vnd.apple.pages",
  numbers: "application/vnd.apple.numbers",
  key: "application/vnd.apple.keynote",
  epub: "application/epub+zip",
  zip: "application/zip",
  gz: "application/gzip",
  tgz: "application/gzip",
  tar: "application/x-tar",
  "7z": "application/x-7z-compressed",
  rar: "application/vnd.rar",
  wasm: "application/wasm",
  ttf: "font/ttf",
  otf: "font/otf",
  woff: "font/woff",
  woff2: "font/woff2",
}

/** Other names of types, as systems and older browsers give them. */
const synonyms: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/x-png": "image/png",
  "image/x-ms-bmp": "image/bmp",
  "image/x-bmp": "image/bmp",
  "image/vnd.microsoft.icon": "image/x-icon",
  "image/heic-sequence": "image/heic",
  "image/heif-sequence": "image/heif",
  "video/x-m4v": "video/mp4",
  "video/avi": "video/x-msvideo",
  "video/msvideo": "video/x-msvideo",
  "video/matroska": "video/x-matroska",
  "audio/mp3": "audio/mpeg",
  "audio/x-mp3": "audio/mpeg",
  "audio/x-mpeg": "audio/mpeg",
  "audio/x-m4a": "audio/mp4",
  "audio/m4a": "audio/mp4",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/x-flac": "audio/flac",
  "audio/x-aac": "audio/aac",
  "audio/x-aiff": "audio/aiff",
  "audio/opus": "audio/ogg",
  "application/ogg": "audio/ogg",
  "application/x-zip-compressed": "application/zip",
  "application/x-zip": "application/zip",
  "application/x-gzip": "application/gzip",
  "application/x-rar-compressed": "application/vnd.rar",
  "application/x-pdf": "application/pdf",
  "text/x-markdown": "text/markdown",
  "text/comma-separated-values": "text/csv",
  "application/csv": "text/csv",
  "application/x-csv": "text/csv",
  "text/x-csv": "text/csv",
  "text/xml": "application/xml",
  "text/json": "application/json",
  "text/yaml": "application/yaml",
  "application/x-yaml": "application/yaml",
  "application/javascript": "text/javascript",
  "application/x-javascript": "text/javascript",
  "text/rtf": "application/rtf",
  "text/x-vcard": "text/vcard",
}

/** Types that another installed program registered for an extension: the extension is the better guide. */
const misnomers: Readonly<Record<string, string>> = {
  csv: "application/vnd.ms-excel",
  tsv: "application/vnd.ms-excel",
}

/** One name for a type, in lower case and without parameters; empty for nothing. */
export const canonicalType = (type: string): string => {
  const plain = (type.split(";")[0] ?? "").trim().toLowerCase()
  return synonyms[plain] ?? plain
}

const endingOf = (name: string): string => {
  const at = name.lastIndexOf(".")
  return at < 0 ? "" : name.slice(at + 1).toLowerCase()
}

/** The type of an ending such as `jpg` or `.jpg`; `undefined` for an unknown one. */
export const typeOfEnding = (ending: string): string | undefined => {
  const plain = ending.replace(/^\./, "").toLowerCase()
  return Object.hasOwn(typesByEnding, plain) ? typesByEnding[plain] : undefined
}

/** The type that a name says, by its ending. */
const typeOfName = (name: string): string | undefined => typeOfEnding(endingOf(name))

/** Whether a specific type was given. */
const isSaid = (type: string): boolean => type !== "" && type !== unknownType

/** Every type that a picked file may count as: the browser's, and the one of its extension. */
export const typesOf = (file: { readonly name: string; readonly type: string }): ReadonlyArray<string> => {
  const said = canonicalType(file.type)
  const named = typeOfName(file.name)
  return [...new Set([...(isSaid(said) ? [said] : []), ...(named === undefined ? [] : [named])])]
}

/**
 * The type of a file: the browser's, unless it gives none or one that another installed program registered for this
 * extension; then the extension's. `undefined` when neither is known.
 */
export const typeOfFile = (name: string, type: string): string | undefined => {
  const said = canonicalType(type)
  const named = typeOfName(name)
  if (named !== undefined && (!isSaid(said) || misnomers[endingOf(name)] === said)) return named
  return isSaid(said)
    ? type
        .trim()
        .toLowerCase()
        .replace(/^[^;]*/, said)
    : undefined
}

/** A name whose ending fits the type: one that says another known type is exchanged. */
export const nameForType = (name: string, type: string): string => {
  const named = typeOfName(name)
  const wanted = canonicalType(type)
  if (named === undefined || named === wanted) return name
  const ending = Object.keys(typesByEnding).find((one) => typesByEnding[one] === wanted)
  return ending === undefined ? name : `${name.slice(0, name.lastIndexOf("."))}.${ending}`
}

/** How many of its first bytes say what a file is. */
export const signatureBytes = 64

const textAt = (bytes: Uint8Array, from: number, to: number): string =>
  String.fromCharCode(...bytes.subarray(from, to))

const brands: Readonly<Record<string, string>> = {
  avif: "image/avif",
  avis: "image/avif",
  heic: "image/heic",
  heix: "image/heic",
  hevc: "image/heic",
  heim: "image/heic",
  heis: "image/heic",
  mif1: "image/heif",
  msf1: "image/heif",
  "qt  ": "video/quicktime",
  "M4A ": "audio/mp4",
  "M4B ": "audio/mp4",
}

const signatures: ReadonlyArray<readonly [type: string, at: number, text: string]> = [
  ["image/jpeg", 0, "\xff\xd8\xff"],
  ["image/png", 0, "\x89PNG\r\n\x1a\n"],
  ["image/gif", 0, "GIF8"],
  ["image/webp", 8, "WEBP"],
  ["image/jxl", 0, "\xff\x0a"],
  ["image/jxl", 0, "\0\0\0\x0cJXL "],
  ["image/bmp", 0, "BM"],
  ["image/tiff", 0, "II*\0"],
  ["image/tiff", 0, "MM\0*"],
  ["audio/wav", 8, "WAVE"],
  ["video/x-msvideo", 8, "AVI "],
  ["audio/mpeg", 0, "ID3"],
  ["audio/flac", 0, "fLaC"],
  ["audio/ogg", 0, "OggS"],
  ["application/pdf", 0, "%PDF-"],
  ["application/zip", 0, "PK\x03\x04"],
  ["application/gzip", 0, "\x1f\x8b"],
  ["application/vnd.rar", 0, "Rar!\x1a"],
  ["application/x-7z-compressed", 0, "7z\xbc\xaf\x27\x1c"],
  ["application/wasm", 0, "\0asm"],
]

/** The type that the first {@link signatureBytes} of a file show; `undefined` when they show none. */
export const typeOfBytes = (bytes: Uint8Array): string | undefined => {
  if (textAt(bytes, 4, 8) === "ftyp") return brandType(bytes)
  if (textAt(bytes, 0, 4) === "\x1a\x45\xdf\xa3")
    return textAt(bytes, 4, signatureBytes).includes("webm") ? "video/webm" : "video/x-matroska"
  return signatures.find(([, at, text]) => textAt(bytes, at, at + text.length) === text)?.[0]
}

// A picture of an iPhone names `mif1` first and `heic` among the compatible ones, or the other way round.
const brandType = (bytes: Uint8Array): string => {
  const major = textAt(bytes, 8, 12)
  const compatible = textAt(bytes, 16, signatureBytes)
  if (major === "mif1" || major === "msf1") {
    if (compatible.includes("avif")) return "image/avif"
    if (compatible.includes("heic")) return "image/heic"
  }
  return brands[major] ?? (major.startsWith("3g") ? "video/3gpp" : "video/mp4")
}

const signedTypes: ReadonlySet<string> = new Set([
  ...signatures.map(([type]) => type),
  ...Object.values(brands),
  "video/webm",
  "video/mp4",
])

/** Whether bytes with this signature (or none) can be of that type: documents of office programs are zip archives. */
export const fitsType = (ofBytes: string | undefined, type: string): boolean => {
  const wanted = canonicalType(type)
  if (ofBytes === undefined) return isSaid(wanted) && !signedTypes.has(wanted)
  return ofBytes === wanted || (ofBytes === "application/zip" && isZipped(wanted))
}

const isZipped = (type: string): boolean =>
  /openxmlformats|opendocument|vnd\.apple|\+zip$|java-archive|android\.package/.test(type)
