/** A declaration as its author wrote it, without what it does: signatures, members and their docstrings. */
import ts from "typescript"

const withoutModifiers = (text) => text.replace(/^(?:export\s+|declare\s+|default\s+)+/, "")

const withoutLintNotes = (text) => text.replace(/^[ \t]*\/\/ (?:biome-ignore|oxlint-disable).*\n/gm, "")

const isHidden = (member) =>
  (member.name !== undefined && ts.isPrivateIdentifier(member.name)) ||
  member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword) === true

/** With the comments before it, which hold its docstring. */
const fullText = (node, end) => {
  const text = node.getSourceFile().text
  return text.slice(node.getFullStart(), end ?? node.end).replace(/^\s*\n/, "")
}

const endOfSignature = (node) => {
  if (node.body === undefined) return node.end
  return node.body.getFullStart()
}

const memberText = (member) => {
  if ("body" in member && member.body !== undefined) {
    return fullText(member, endOfSignature(member)).trimEnd()
  }
  if (ts.isPropertyDeclaration(member) && member.initializer !== undefined && member.type !== undefined) {
    return fullText(member, member.type.end)
  }
  return fullText(member).trimEnd()
}

const classText = (node) => {
  const text = node.getSourceFile().text
  const head = text.slice(node.getStart(), node.members.pos)
  const members = node.members.filter((member) => !isHidden(member)).map(memberText)
  return members.length === 0 ? `${head}}` : `${head}\n${members.join("\n")}\n}`
}

/** `const f = (a: A): B => …` reads best as what it is to a caller. */
const functionText = (name, node) => {
  const text = node.getSourceFile().text
  const first = node.typeParameters?.pos !== undefined ? node.typeParameters.pos - 1 : undefined
  const start = first ?? node.getStart() + text.slice(node.getStart()).indexOf("(")
  const end = node.type?.end ?? text.indexOf(")", node.parameters.end) + 1
  const isAsync = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true
  const result = node.type === undefined && isAsync ? ": Promise<…>" : ""
  return `function ${name}${text.slice(start, end)}${result}`
}

/** Longest initial value that says more than it costs to read. */
const maxValueChars = 400

const variableText = (declaration) => {
  const name = declaration.name.getText()
  const value = declaration.initializer
  if (declaration.type !== undefined) return `const ${name}: ${declaration.type.getText()}`
  if (value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value))) {
    return functionText(name, value)
  }
  const text = value?.getText() ?? ""
  return text.length <= maxValueChars ? `const ${name} = ${text}` : `const ${name}: { … }`
}

/** The code block of one export. */
export const declarationText = ({ name, statement }) => {
  if (ts.isVariableStatement(statement)) {
    const declaration = statement.declarationList.declarations.find((one) => one.name.getText() === name)
    return withoutLintNotes(variableText(declaration ?? statement.declarationList.declarations[0]))
  }
  if (ts.isFunctionDeclaration(statement)) return functionText(name, statement)
  const text = ts.isClassDeclaration(statement) ? classText(statement) : statement.getText()
  return withoutLintNotes(withoutModifiers(text))
}

const comment = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** Every name that the shown text of a declaration may refer to. */
export const namesIn = (declaration) =>
  new Set(
    declarationText(declaration)
      .replace(comment, "")
      .match(/\b[A-Z]\w+\b/g) ?? [],
  )

/** What kind of thing it is, in a word. */
export const kindOf = ({ name, statement }) => {
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return "type"
  if (ts.isFunctionDeclaration(statement)) return "function"
  if (ts.isClassDeclaration(statement)) {
    const base = statement.heritageClauses?.[0]?.getText() ?? ""
    if (/Context\.(?:Tag|Reference)/.test(base)) return "service"
    if (/TaggedError|extends Error/.test(base)) return "error"
    return "class"
  }
  const declaration = statement.declarationList?.declarations.find((one) => one.name.getText() === name)
  const value = declaration?.initializer
  return value !== undefined && ts.isArrowFunction(value) ? "function" : "value"
}
