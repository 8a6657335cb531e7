/** How the search index is made and asked; the builder and the page must agree. */

/** `createFileSync` is found by its whole, and by `create`, `file` and `sync`. */
const splitName = (word) => [word, ...word.split(/(?<=[a-z])(?=[A-Z])|[-_./]/)]

export const searchOptions = {
  fields: ["title", "page", "text"],
  storeFields: ["title", "page", "url", "excerpt"],
  tokenize: (text) =>
    text
      .split(/[^\p{L}\p{N}_./-]+/u)
      .map((word) => word.replace(/^[-./]+|[-./]+$/g, ""))
      .filter((word) => word.length > 1)
      .flatMap(splitName),
  searchOptions: {
    boost: { title: 4, page: 2 },
    prefix: true,
    fuzzy: (term) => (term.length > 4 ? 0.2 : false),
    combineWith: "AND",
  },
}
