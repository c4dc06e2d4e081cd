/** Text as an SQL literal. For file names in table functions; values belong into parameters. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Paths as a list literal: `read_parquet(${sqlPaths(paths)})`. */
export function sqlPaths(paths: readonly string[]): string {
  return `[${paths.map(sqlText).join(', ')}]`
}
