import { Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../ground/client.ts'
import { ActButton } from '../../kit/act-button.tsx'
import { EntityId } from '../../kit/entity-id.tsx'
import { formatDuration } from '../../kit/format.ts'
import { KeyValues } from '../../kit/key-values.tsx'
import { Panel } from '../../kit/panel.tsx'
import { predictionPath } from '../paths.ts'
import { shown } from '../prediction-columns.tsx'
import type { Answer } from './predict.ts'

/** What the deployment said, who said it, and a way to tell it what was true. */
export function AnswerPanel({ answer }: { readonly answer: Answer }) {
  const { outputs, predictionId, version, tookMs } = answer
  const took = `in ${formatDuration(tookMs)}, seen from this page`
  return (
    <Panel title="It says" note={version === undefined ? took : `version ${version}, ${took}`}>
      <KeyValues
        isWide
        items={[
          ...outputs.map(({ name, data }) => ({ label: name, value: shown(data.length === 1 ? data[0] : data) })),
          {
            label: 'Prediction',
            value:
              predictionId === undefined ? (
                'not recorded'
              ) : (
                <EntityId id={predictionId} to={predictionPath(predictionId)} />
              ),
          },
        ]}
      />
      {predictionId === undefined ? null : <LabelForm predictionId={predictionId} />}
    </Panel>
  )
}

function LabelForm({ predictionId }: { readonly predictionId: string }) {
  const [text, setText] = useState('')
  return (
    <Group gap="xs" align="flex-end" mt="sm">
      <TextInput
        label="It was"
        placeholder="the truth, once it is known"
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {text.trim() === '' ? null : (
        <ActButton
          label="Record the label"
          act={() => client.labels.record({ labels: [{ predictionId, label: toLabel(text) }] })}
          done="The label is recorded."
        />
      )}
    </Group>
  )
}

/** A number where it is one; every other text as it stands. */
function toLabel(text: string): string | number | boolean {
  const word = text.trim()
  if (word === 'true' || word === 'false') return word === 'true'
  return word === '' || Number.isNaN(Number(word)) ? word : Number(word)
}
