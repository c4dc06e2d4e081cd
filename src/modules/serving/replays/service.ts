import type { Page } from '../../../kernel/paging.ts'
import type { DeploymentEnv } from '../deployments/env.ts'
import { fullRef } from '../deployments/reference.ts'
import { getStored } from '../deployments/service.ts'
import { servingErrors } from '../model.ts'
import { toServable } from '../models/servable.ts'
import type { Difference } from '../scoring/model.ts'
import { listDifferences } from '../scoring/store.ts'
import type { ServingTx } from '../tables.ts'
import { runReplay } from './jobs.ts'
import { Duration, type Replay, StartReplay } from './model.ts'
import { end, type ReplayEnv } from './run.ts'
import { findRange, findReplay, insertReplay, listReplays, type StoredReplay } from './store.ts'

type Env = DeploymentEnv & ReplayEnv & { readonly catchUp: () => Promise<void> }

/** Throws `replay_without_rows` when nothing was recorded in that time. `also` is written in the same transaction. */
export async function startReplay(
  env: Env,
  given: StartReplay,
  also?: (tx: ServingTx, replay: StoredReplay) => Promise<void>,
): Promise<Replay> {
  const input = StartReplay.parse(given)
  const deployment = await getStored(env, input.deployment)
  const version = await env.registry.resolve(fullRef(deployment.model, input.ref))
  const { digest } = await toServable(env, version, { weight: 0 })
  await env.catchUp()
  const now = env.platform.clock.now()
  const to = input.to ?? now + 1
  const from = input.from ?? to - readDuration(input.since)
  const range = await findRange(env.db.read, { deployment: deployment.name, from, to, limit: input.limit })
  if (range === undefined) throw servingErrors.replay_without_rows({ deployment: deployment.name, since: input.since })
  const replay: StoredReplay = {
    id: env.platform.ids('rpl'),
    deployment: deployment.name,
    modelVersionId: version.id,
    version: version.version,
    digest,
    state: 'running',
    from,
    to,
    rowCount: range.rowCount,
    doneCount: 0,
    cursorSeq: range.afterSeq,
    endSeq: range.endSeq,
    startedAt: now,
  }
  await env.db.transaction(async (tx) => {
    await insertReplay(tx.query, replay)
    await env.platform.jobs.enqueue(tx, runReplay, { replayId: replay.id }, { dedupe: replay.id })
    await also?.(tx, replay)
  })
  return publicView(replay)
}

function readDuration(text: string): number {
  const parsed = Duration.safeParse(text)
  if (!parsed.success) throw servingErrors.duration_invalid({ text })
  return parsed.data
}

export async function cancelReplay(env: Env, id: string): Promise<Replay> {
  const replay = await getStoredReplay(env, id)
  await end(env, replay, { state: 'canceled' })
  env.scorers.close(id)
  return publicView(await getStoredReplay(env, id))
}

export async function getReplay(env: Env, id: string): Promise<Replay> {
  return publicView(await getStoredReplay(env, id))
}

export async function listReplayPage(
  env: Env,
  query: { limit: number; cursor?: string | undefined; deployment?: string | undefined },
): Promise<Page<Replay>> {
  const page = await listReplays(env.db.read, query)
  return { ...page, items: page.items.map(publicView) }
}

export async function replayDifferences(env: Env, id: string, limit: number): Promise<{ items: Difference[] }> {
  await getStoredReplay(env, id)
  return { items: await listDifferences(env.db.read, id, limit) }
}

async function getStoredReplay(env: Env, id: string): Promise<StoredReplay> {
  const replay = await findReplay(env.db.read, id)
  if (replay === undefined) throw servingErrors.replay_not_found({ id })
  return replay
}

function publicView({ digest: _digest, cursorSeq: _cursor, endSeq: _end, ...replay }: StoredReplay): Replay {
  return replay
}
