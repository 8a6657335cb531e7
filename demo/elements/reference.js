/** Tables of all that a page can set, hear, fill and style, from the manifest that editors read as well. */

const make = (tag, content, attributes = {}) => {
  const element = document.createElement(tag)
  element.append(...[content].flat())
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  return element
}

/** Text with `code` between backquotes. */
export const prose = (text = "") =>
  text.split("`").map((part, at) => (at % 2 === 1 ? make("code", part) : part))

const row = (cells, labels) =>
  make(
    "tr",
    cells.map((cell, at) =>
      make(at === 0 ? "th" : "td", cell, at === 0 ? { scope: "row" } : { "data-label": labels[at] }),
    ),
  )

const section = (title, labels, rows) => {
  if (rows.length === 0) return []
  const head = make(
    "thead",
    make(
      "tr",
      labels.map((label) => make("th", label, { scope: "col" })),
    ),
  )
  const table = make("table", [
    head,
    make(
      "tbody",
      rows.map((cells) => row(cells, labels)),
    ),
  ])
  return [make("h2", title), table]
}

const typeOf = ({ type, default: initial }) => {
  const text = make("code", (type?.text ?? "").replaceAll("'", '"'))
  return initial === undefined || initial === "null" || initial === '""' || initial === "false"
    ? [text]
    : [text, " = ", make("code", initial)]
}

const isOut = (attribute, { members }) =>
  members.some(({ name, readonly }) => readonly === true && name === (attribute.fieldName ?? attribute.name))

/** Adds the tables of one element to `place`. */
export const showReference = (place, declaration) => {
  const {
    attributes = [],
    events = [],
    slots = [],
    cssParts = [],
    cssProperties = [],
    cssStates = [],
  } = declaration
  const methods = (declaration.members ?? []).filter(
    ({ kind, privacy, description, name }) =>
      kind === "method" &&
      privacy === undefined &&
      description !== undefined &&
      !/^(?:form|connected|disconnected)/.test(name),
  )
  const named = (list) =>
    list.map(({ name, description }) => [make("code", name || "(default)"), prose(description)])
  const describe = (one) => [make("code", one.name), prose(one.description), typeOf(one)]
  place.append(
    ...section(
      "Attributes",
      ["Attribute", "Meaning", "Type"],
      attributes.filter((one) => !isOut(one, declaration)).map(describe),
    ),
    ...section(
      "Attributes it writes itself",
      ["Attribute", "Meaning", "Type"],
      attributes.filter((one) => isOut(one, declaration)).map(describe),
    ),
    ...section(
      "Events",
      ["Event", "Meaning", "Type"],
      events.map(({ name, description, type }) => [
        make("code", name),
        prose(description),
        make("code", type?.text ?? "Event"),
      ]),
    ),
    ...section(
      "Methods",
      ["Method", "Meaning"],
      methods.map(({ name, parameters = [], description }) => [
        make("code", `${name}(${parameters.map((one) => one.name).join(", ")})`),
        prose(description),
      ]),
    ),
    ...section("Slots", ["Slot", "Meaning"], named(slots)),
    ...section("Parts, for ::part()", ["Part", "Meaning"], named(cssParts)),
    ...section("Custom properties", ["Property", "Meaning"], named(cssProperties)),
    ...section("States, for :state()", ["State", "Meaning"], named(cssStates)),
  )
}
