/** The part of sql.js, which brings no types of its own, that the simulation uses. */
declare module "sql.js" {
  type SqlValue = number | string | Uint8Array | null
  interface Statement {
    bind(values: Record<string, SqlValue>): boolean
    step(): boolean
    getAsObject(): Record<string, SqlValue>
    run(values: Record<string, SqlValue>): void
    reset(): void
  }
  export interface Database {
    prepare(sql: string): Statement
    run(sql: string): void
    close(): void
  }
  export default function initSqlJs(): Promise<{ readonly Database: new () => Database }>
}
