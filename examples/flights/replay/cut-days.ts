/** `node cut-days.ts <from> <to> <folder>`: writes the flights of each day as a Parquet file, and airports.csv beside the folder. */
import { copyFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { openHistory } from './history.ts'

const [from, to, folder] = process.argv.slice(2)
if (from === undefined || to === undefined || folder === undefined)
  throw new Error('Usage: node cut-days.ts 2001-01-15 2001-02-05 days')

const history = await openHistory(resolve(folder))
const files = await history.dayFiles(from, to)
await copyFile(history.airports, join(dirname(resolve(folder)), 'airports.csv'))
history.close()
process.stdout.write(`${files.length} days in ${folder}\n`)
