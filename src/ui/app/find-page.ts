import { lineageOf } from '../lineage/paths.ts'
import { registeredPages } from './page-registry.ts'

/** The address at which a thing is seen, by the prefix of its id. */
const addressOf = new Map(registeredPages.flatMap(({ ids = {} }) => Object.entries(ids)))

/** Where the thing of this id is seen; an id of no known kind is looked for in the lineage graph. */
export async function findPage(id: string): Promise<string> {
  return addressOf.get(id.slice(0, id.indexOf('_')))?.(id) ?? lineageOf(id)
}
