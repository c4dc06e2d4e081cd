import { useEffect, useState } from 'react'
import { client } from '../ground/client.ts'
import { ErrorState } from '../kit/error-state.tsx'
import { LogView } from '../kit/text/log-view.tsx'

export interface StepLogProps {
  readonly pipelineRunId: string
  readonly step: string
  /** A new attempt has a new log. */
  readonly attempt: number
  readonly isLive: boolean
}

/** The log of a step, streamed: what there is at once, the rest as it is written. */
export function StepLog({ pipelineRunId, step, attempt, isLive }: StepLogProps) {
  const [lines, setLines] = useState<readonly string[]>([])
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    if (attempt === 0) return
    const controller = new AbortController()
    setLines([])
    setError(undefined)
    const path = `/v1/pipeline-runs/${pipelineRunId}/steps/${encodeURIComponent(step)}/log?attempt=${attempt}&follow=true`
    readLines(path, controller.signal, setLines).catch((problem: unknown) => {
      if (!controller.signal.aborted) setError(problem)
    })
    return () => controller.abort()
  }, [pipelineRunId, step, attempt])
  if (error !== undefined) return <ErrorState title="Cannot show the log" error={error} />
  return <LogView lines={lines} label={`Log of ${step}`} isLive={isLive} />
}

/** Gives the lines read so far after each piece of the stream, the unfinished last one included. */
async function readLines(
  path: string,
  signal: AbortSignal,
  onLines: (lines: readonly string[]) => void,
): Promise<void> {
  const { body } = await client.raw('GET', path, { signal })
  if (body === null) return
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let lines: string[] = ['']
  for (;;) {
    const { done, value } = await reader.read()
    const pieces = done ? [] : decoder.decode(value, { stream: true }).split('\n')
    lines = [...lines.slice(0, -1), (lines.at(-1) ?? '') + (pieces[0] ?? ''), ...pieces.slice(1)]
    onLines(lines.at(-1) === '' ? lines.slice(0, -1) : lines)
    if (done) return
  }
}
