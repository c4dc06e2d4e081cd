import { type Kysely, sql } from 'kysely'
import type { TrackingTables } from '../tables.ts'
import type { Artifact } from './artifact.ts'

type Db = Kysely<TrackingTables>
const columns = ['path', 'digest', 'sizeBytes', 'createdAt'] as const

// '0' is the character after '/': the paths below a folder are a range of the primary key.
const below = (folder: string) => sql<boolean>`"path" > ${`${folder}/`} and "path" < ${`${folder}0`}`

export async function upsertArtifact(db: Db, ownerId: string, artifact: Artifact): Promise<void> {
  const { path: _, ...values } = artifact
  await db
    .insertInto('tracking_artifacts')
    .values({ ownerId, ...artifact })
    .onConflict((conflict) => conflict.columns(['ownerId', 'path']).doUpdateSet(values))
    .execute()
}

export function findArtifact(db: Db, ownerId: string, path: string): Promise<Artifact | undefined> {
  return db
    .selectFrom('tracking_artifacts')
    .select(columns)
    .where('ownerId', '=', ownerId)
    .where('path', '=', path)
    .executeTakeFirst()
}

/** The files below a folder, or with an empty path all of them, in order of their paths. */
export function listBelow(db: Db, ownerId: string, folder: string): Promise<Artifact[]> {
  return db
    .selectFrom('tracking_artifacts')
    .select(columns)
    .where('ownerId', '=', ownerId)
    .$if(folder !== '', (select) => select.where(below(folder)))
    .orderBy('path')
    .execute()
}

/** A stored path that cannot stand beside `path`: a file where this one needs a folder, or files below it. */
export async function findClash(
  db: Db,
  ownerId: string,
  path: string,
  folders: readonly string[],
): Promise<string | undefined> {
  const row = await db
    .selectFrom('tracking_artifacts')
    .select('path')
    .where('ownerId', '=', ownerId)
    .where((where) => where.or([below(path), ...(folders.length === 0 ? [] : [where('path', 'in', folders)])]))
    .limit(1)
    .executeTakeFirst()
  return row?.path
}

export async function deleteAt(db: Db, ownerId: string, path: string): Promise<number> {
  const result = await db
    .deleteFrom('tracking_artifacts')
    .where('ownerId', '=', ownerId)
    .$if(path !== '', (remove) => remove.where((where) => where.or([where('path', '=', path), below(path)])))
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}

/** Digests of every stored artifact, for the collection of garbage. */
export async function* artifactDigests(db: Db): AsyncIterable<string> {
  let after = ''
  for (;;) {
    const rows = await db
      .selectFrom('tracking_artifacts')
      .select(sql<string>`distinct digest`.as('digest'))
      .where('digest', '>', after)
      .orderBy('digest')
      .limit(1000)
      .execute()
    for (const row of rows) yield row.digest
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.digest
  }
}
