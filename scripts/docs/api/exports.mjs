/** What an entry exports, read from its source alone: names, docstrings and declarations. No type checker is needed. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import ts from "typescript"

const parsed = new Map()

const parse = (path) => {
  const known = parsed.get(path)
  if (known !== undefined) return known
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true)
  parsed.set(path, source)
  return source
}

/** `./x.js` beside a source is `./x.ts`; packages are not followed. */
const resolve = (from, specifier) => {
  if (!specifier.startsWith(".")) return undefined
  const path = join(dirname(from), specifier.replace(/\.js$/, ".ts"))
  return existsSync(path) ? path : undefined
}

const namesOf = (statement) => {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText())
  }
  return statement.name === undefined ? [] : [statement.name.text]
}

const isExported = (statement) =>
  statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true

/** Where a name of a file is declared: in it, or in a file it imports from. */
export const findDeclaration = (path, name) => {
  const source = parse(path)
  for (const statement of source.statements) {
    if (namesOf(statement).includes(name) && !ts.isImportDeclaration(statement)) {
      return { name, path, statement }
    }
    const clause = ts.isImportDeclaration(statement) ? statement.importClause?.namedBindings : undefined
    if (clause === undefined || !ts.isNamedImports(clause)) continue
    const found = clause.elements.find((element) => element.name.text === name)
    if (found === undefined) continue
    const target = resolve(path, statement.moduleSpecifier.text)
    return target && findExport(target, (found.propertyName ?? found.name).text)
  }
  return undefined
}

const findExport = (path, name) => exportsOf(path).get(name) ?? findDeclaration(path, name)

const exported = new Map()

/** Everything a module exports, by name. */
export const exportsOf = (path) => {
  const known = exported.get(path)
  if (known !== undefined) return known
  const found = new Map()
  exported.set(path, found)
  for (const statement of parse(path).statements) {
    if (!ts.isExportDeclaration(statement)) {
      if (isExported(statement))
        for (const name of namesOf(statement)) found.set(name, { name, path, statement })
      continue
    }
    const target = statement.moduleSpecifier && resolve(path, statement.moduleSpecifier.text)
    if (statement.exportClause === undefined) {
      if (target) for (const [name, one] of exportsOf(target)) found.set(name, one)
      continue
    }
    for (const element of statement.exportClause.elements) {
      const inner = (element.propertyName ?? element.name).text
      const one = target ? findExport(target, inner) : findDeclaration(path, inner)
      if (one !== undefined) found.set(element.name.text, { ...one, name: element.name.text })
    }
  }
  return found
}

/** The text of the docstring before a declaration, or `""`. */
export const docstringOf = ({ statement }) => {
  const text = statement.getSourceFile().text
  const comments = ts.getLeadingCommentRanges(text, statement.getFullStart()) ?? []
  const last = comments.map(({ pos, end }) => text.slice(pos, end)).findLast((one) => one.startsWith("/**"))
  if (last === undefined) return ""
  return last
    .replace(/^\/\*\*|\*\/$/g, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replace(/\{@link (\w+)\}/g, "`$1`")
    .trim()
}

/** What a file says about itself before its first line, or `""`. */
export const headOf = (path) => {
  const [statement] = parse(path).statements
  return statement !== undefined && ts.isExportDeclaration(statement) ? docstringOf({ statement }) : ""
}
