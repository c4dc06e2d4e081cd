import { Button, Group } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../ground/client.ts'
import type { ModelVersion } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { Panel } from '../kit/panel.tsx'
import { MarkdownEditor } from '../kit/text/markdown-editor.tsx'
import { MarkdownView } from '../kit/text/markdown-view.tsx'
import { trackingQueries } from '../tracking/index.ts'
import { generateCard } from './model-card.ts'
import { registryQueries } from './queries.ts'

/** The model card of a version: its description in Markdown, or until somebody writes one, what is on record. */
export function VersionCard({ version }: { readonly version: ModelVersion }) {
  const { runId, description } = version
  const hasRun = { enabled: runId !== undefined }
  const run = useQuery({ ...trackingQueries.run(runId ?? ''), ...hasRun })
  const links = useQuery({ ...trackingQueries.links(runId ?? ''), ...hasRun })
  const verdicts = useQuery(registryQueries.verdicts(version.id))
  const [draft, setDraft] = useState<string>()
  const generated = generateCard({
    version,
    run: run.data,
    inputs: links.data?.inputs,
    verdicts: verdicts.data?.items,
  })
  const isWritten = description !== undefined && description !== ''
  if (draft !== undefined) {
    return (
      <Panel title="Model card">
        <MarkdownEditor label="Model card" text={draft} onText={setDraft} />
        <Group mt="md">
          <ActButton
            label="Save"
            isPrimary
            act={() =>
              client.models.versions.update({
                model: version.model,
                version: String(version.version),
                description: draft,
              })
            }
            done="The model card is saved."
            onDone={() => setDraft(undefined)}
          />
          <Button variant="default" onClick={() => setDraft(generated)}>
            Start from what is on record
          </Button>
          <Button variant="subtle" onClick={() => setDraft(undefined)}>
            Leave it
          </Button>
        </Group>
      </Panel>
    )
  }
  return (
    <Panel
      title="Model card"
      note={isWritten ? undefined : 'made from what is on record'}
      actions={
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconPencil size={14} />}
          onClick={() => setDraft(isWritten ? description : generated)}
        >
          Edit
        </Button>
      }
    >
      <MarkdownView text={isWritten ? description : generated} />
    </Panel>
  )
}
