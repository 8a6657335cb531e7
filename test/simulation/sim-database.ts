import { Option } from "effect"
import initSqlJs, { type Database } from "sql.js"
import type { Statement } from "../../src/schema/file-statements.js"
import { fileSyncSchema } from "../../src/schema/index.js"

const { Database: SqlDatabase } = await initSqlJs()

type Bound = Readonly<Record<string, string | number | null>>

const withPrefix = (values: Bound): Record<string, string | number | null> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`$${name}`, value]))

const toLiteral = (value: unknown): string =>
  typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(Number(value))

interface TableDefinition {
  readonly name: string
  readonly columns: Record<
    string,
    { readonly columnType: string; readonly primaryKey: boolean; readonly default: Option.Option<unknown> }
  >
  readonly indexes?: ReadonlyArray<{
    readonly name: string
    readonly columns: ReadonlyArray<string>
    readonly isUnique?: boolean
  }>
}

/** The tables of the schema, as LiveStore makes them. */
const tablesSql = [...fileSyncSchema.state.sqlite.tables.values()].flatMap((table) => {
  const sqliteDef = table.sqliteDef as unknown as TableDefinition
  const columns = Object.entries(sqliteDef.columns).map(([name, column]) => {
    const { columnType, primaryKey, default: otherwise } = column
    const standard = Option.isSome(otherwise) ? ` DEFAULT ${toLiteral(otherwise.value)}` : ""
    return `'${name}' ${columnType}${primaryKey ? " PRIMARY KEY" : ""}${standard}`
  })
  return [
    `CREATE TABLE '${sqliteDef.name}' (${columns.join(", ")})`,
    ...(sqliteDef.indexes ?? []).map(
      ({ name, columns: on, isUnique }) =>
        `CREATE ${isUnique === true ? "UNIQUE " : ""}INDEX '${name}' ON '${sqliteDef.name}' (${on.join(", ")})`,
    ),
  ]
})

/** A real SQLite in memory, with the tables of the schema. What is pending can be rolled back. */
export class SimDatabase {
  readonly #database: Database
  readonly #statements = new Map<string, ReturnType<Database["prepare"]>>()

  constructor() {
    this.#database = new SqlDatabase()
    for (const sql of tablesSql) this.#database.run(sql)
    this.#database.run("SAVEPOINT pending")
  }

  query(sql: string, values: Bound = {}): ReadonlyArray<Record<string, unknown>> {
    const statement = this.#prepare(sql)
    statement.bind(withPrefix(values))
    const rows: Array<Record<string, unknown>> = []
    while (statement.step()) rows.push(statement.getAsObject())
    statement.reset()
    return rows
  }

  run(statements: ReadonlyArray<Statement>): void {
    for (const { sql, bindValues } of statements) this.#prepare(sql).run(withPrefix(bindValues))
  }

  /** Takes back what came since `rebase` was called last, puts `confirmed` in its place, and `pending` on top of it. */
  rebase(confirmed: ReadonlyArray<Statement>, pending: ReadonlyArray<Statement>): void {
    this.#database.run("ROLLBACK TO pending")
    this.#database.run("RELEASE pending")
    this.run(confirmed)
    this.#database.run("SAVEPOINT pending")
    this.run(pending)
  }

  close(): void {
    this.#database.close()
  }

  #prepare(sql: string): ReturnType<Database["prepare"]> {
    const known = this.#statements.get(sql)
    if (known !== undefined) return known
    const made = this.#database.prepare(sql)
    this.#statements.set(sql, made)
    return made
  }
}
