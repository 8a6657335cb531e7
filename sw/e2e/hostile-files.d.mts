/** Name, the type its sender would give it, content as Latin-1 text. */
export const hostileFiles: ReadonlyArray<readonly [name: string, type: string, latin1: string]>
/** A page that leaves its marks wherever it may run. */
export function html(name: string): string
