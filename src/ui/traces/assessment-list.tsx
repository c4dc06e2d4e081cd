import type { Trace } from '../ground/wire.ts'
import { KeyValues } from '../kit/key-values.tsx'
import { Panel } from '../kit/panel.tsx'
import { RelativeTime } from '../kit/relative-time.tsx'
import { counts, textIn } from './judgments.ts'

/** What people, rules and models judged of the trace. */
export function AssessmentList({ assessments }: Pick<Trace, 'assessments'>) {
  if (assessments.length === 0) return null
  return (
    <Panel title="Judgments" note={assessments.length}>
      <KeyValues
        items={assessments.map((assessment) => ({
          label: `${assessment.name}${counts(assessment) ? '' : ' (replaced)'}`,
          value: (
            <>
              <strong>{assessment.value ?? assessment.kind}</strong>{' '}
              {[textIn(assessment.body, 'rationale'), sourceOf(assessment)].filter(Boolean).join(' · ')}{' '}
              <RelativeTime at={assessment.updatedAt} />
            </>
          ),
        }))}
      />
    </Panel>
  )
}

function sourceOf({ body }: Trace['assessments'][number]): string | undefined {
  const who = textIn(body, 'source', 'source_id')
  const kind = textIn(body, 'source', 'source_type')?.toLowerCase().replaceAll('_', ' ')
  return who === undefined ? kind : `${kind ?? 'by'} ${who}`
}
