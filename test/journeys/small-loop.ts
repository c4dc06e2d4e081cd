/** The flights loop on a smaller slice of the same data: six days, one flight in a hundred, a small model. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Api, createApi } from '../../examples/flights/replay/api.ts'
import { type History, openHistory, type ReplayedFlight } from '../../examples/flights/replay/history.ts'
import { type LoopEnd, replayedFlights, runLoop } from '../../examples/flights/replay/loop.ts'
import type { Plan } from '../../examples/flights/replay/plan.ts'
import { repository, type Server, startServer } from '../../examples/flights/replay/server.ts'

export const smallPlan: Plan = {
  since: '2001-01-15',
  trainUntil: '2001-02-05',
  // Three stormy days, on which the drift shows; the retrained model then takes over in the three that follow.
  replayFrom: '2001-02-13',
  replayUntil: '2001-02-19',
  share: 0.01,
  hoursPerRound: 8,
  parameters: {},
}

export interface SmallLoop {
  /** The flights that will ask for a prediction. */
  readonly flights: readonly ReplayedFlight[]
  /** Runs the loop on a server of its own, whose first start has these variables; `use` looks at the end of it. */
  run<T>(environment: Record<string, string>, use: (end: FinishedLoop) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface FinishedLoop extends LoopEnd {
  readonly api: Api
  readonly server: Server
  /** What was told on the way. */
  readonly lines: readonly string[]
}

export async function prepareSmallLoop(): Promise<SmallLoop> {
  const folder = await mkdtemp(join(tmpdir(), 'slipway-loop-'))
  const history = await openHistory(join(folder, 'days'))
  const flights = await replayedFlights(history, smallPlan)
  // The days are cut once and the features computed once, however often the loop runs.
  const prepared: History = { ...history, flights: async () => flights }
  const projectFile = await writeProject(folder)
  let runs = 0
  return {
    flights,
    run: async (environment, use) => {
      runs += 1
      const dataDir = join(folder, `server-${runs}`)
      const server = await startServer({ dataDir, port: 0, firstEnvironment: environment })
      const ended = new AbortController()
      const lines: string[] = []
      try {
        const api = createApi(server.url, ended.signal)
        const tell = (line: string) => lines.push(line)
        const inputs = { api, history: prepared, plan: smallPlan, projectFile, tell, signal: ended.signal }
        const end = await Promise.race([runLoop(inputs), server.broken])
        return await use({ ...end, api, server, lines })
      } catch (error) {
        const log = await readFile(join(dataDir, 'server.log'), 'utf8')
        const told = `${lines.join('\n')}\nserver log:\n${log.slice(-4000)}`
        throw new Error(`${error instanceof Error ? error.message : error}\n${told}`, { cause: error })
      } finally {
        ended.abort()
        await server.stop()
        await rm(dataDir, { recursive: true, force: true })
      }
    },
    close: async () => {
      history.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The example's project with less to learn and fewer predictions to wait for. */
async function writeProject(folder: string): Promise<string> {
  const project = join(folder, 'project')
  await cp(join(repository, 'examples', 'flights'), project, {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts') && !path.includes('/replay'),
  })
  const file = join(project, 'slipway.yaml')
  const text = await readFile(file, 'utf8')
  const changes: [from: string, to: string][] = [
    ['share: 0.3 ', 'share: 0.05 '],
    ['trees: 60', 'trees: 20'],
    ['minPredictions: 300, minLabels: 250', 'minPredictions: 20, minLabels: 15'],
    ['minPredictions: 800, minLabels: 600', 'minPredictions: 40, minLabels: 30'],
    ['metric: logLoss, maxDrop: 0.1', 'metric: logLoss, maxDrop: 0.5'],
  ]
  for (const [from] of changes) if (!text.includes(from)) throw new Error(`The example no longer says "${from}".`)
  await writeFile(
    file,
    changes.reduce((changed, [from, to]) => changed.replace(from, to), text),
  )
  return file
}
