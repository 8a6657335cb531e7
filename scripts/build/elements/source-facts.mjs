/** Facts in the elements' sources that the manifest analyzer does not know to look for. */
import { ts as bundledTypescript } from "@custom-elements-manifest/analyzer"
import { join } from "node:path"
import { projectRoot } from "../../ensure-installed.mjs"

const visit = (ts, node, look) => {
  look(node)
  ts.forEachChild(node, (child) => visit(ts, child, look))
}

/** Every `register("tag-name", ClassName)` in a module: `{ path, tagName, className }`. */
export const registrationsIn = (ts, source) => {
  const found = []
  visit(ts, source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText(source) !== "register") return
    const [tagName, element] = node.arguments
    if (!ts.isStringLiteral(tagName) || !ts.isIdentifier(element)) return
    found.push({ path: source.fileName, tagName: tagName.text, className: element.text })
  })
  return found
}

/** What a class says in `declareReflected({ name: { attribute, initial } })`, by property name. */
export const outPropertiesIn = (ts, source, className) => {
  const found = new Map()
  visit(ts, source, (node) => {
    if (!ts.isCallExpression(node) || node.expression.getText(source) !== `${className}.declareReflected`)
      return
    for (const { name, initializer } of node.arguments[0].properties) {
      const facts = Object.fromEntries(
        initializer.properties.map((fact) => [fact.name.text, fact.initializer]),
      )
      found.set(name.text, {
        attribute: facts.attribute.text,
        initial: facts.initial.getText(source),
      })
    }
  })
  return found
}

/** Gives `(className, memberName)` → the member's type as text, with the names of unions spelled out. */
export const typeReader = (paths) => {
  const ts = bundledTypescript
  const { config } = ts.readConfigFile(join(projectRoot, "tsconfig.json"), ts.sys.readFile)
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, projectRoot)
  const program = ts.createProgram(
    paths.map((path) => join(projectRoot, path)),
    { ...options, types: [] },
  )
  const checker = program.getTypeChecker()
  const classes = new Map()
  for (const path of paths) {
    const source = program.getSourceFile(join(projectRoot, path))
    visit(ts, source, (node) => {
      if (ts.isClassDeclaration(node) && node.name) classes.set(node.name.text, node)
    })
  }
  const spelledOut = (type) =>
    checker.typeToString(
      type,
      undefined,
      ts.TypeFormatFlags.NoTruncation |
        ts.TypeFormatFlags.InTypeAlias |
        ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType,
    )
  return (className, memberName) => {
    const node = classes.get(className)
    const symbol = checker.getTypeAtLocation(node).getProperty(memberName)
    return spelledOut(checker.getTypeOfSymbolAtLocation(symbol, node))
  }
}
