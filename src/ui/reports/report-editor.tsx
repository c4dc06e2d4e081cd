import { ActionIcon, Button, Group, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { client } from '../ground/client.ts'
import type { Report } from '../ground/wire.ts'
import { ActButton } from '../kit/act-button.tsx'
import { Page as PageFrame } from '../kit/page.tsx'
import { BlockEditor } from './block-editor.tsx'
import { blockKinds, type Draft, swapped } from './blocks.ts'
import { reportsPath } from './paths.ts'
import classes from './report.module.css'

/** A report in place: blocks are added, moved, changed and taken away; nothing is kept before it is saved. */
export function ReportEditor({ report, onDone }: { readonly report: Report; readonly onDone: () => void }) {
  const [name, setName] = useState(report.name)
  const [drafts, setDrafts] = useState<readonly Draft[]>(report.blocks.map((block, id) => ({ id, block })))
  const nextId = drafts.reduce((most, { id }) => Math.max(most, id + 1), 0)
  return (
    <PageFrame
      title={
        <TextInput
          aria-label="Name of the report"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          w={360}
        />
      }
      crumbs={[{ label: 'Reports', to: reportsPath() }]}
      actions={
        <>
          <ActButton
            label="Save"
            isPrimary
            act={() =>
              client.reports.update({
                report: report.id,
                name,
                blocks: drafts.map(({ block }) => block),
                revision: report.revision,
              })
            }
            done="The report is saved."
            onDone={onDone}
          />
          <Button variant="default" onClick={onDone}>
            Leave it
          </Button>
        </>
      }
    >
      <div className={classes.blocks}>
        {drafts.map(({ id, block }, index) => (
          <section key={id} className={classes.draft} aria-label={`Block ${index + 1}`}>
            <Group gap={4} justify="flex-end" mb={6}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label="Move up"
                disabled={index === 0}
                onClick={() => setDrafts(swapped(drafts, index, -1))}
              >
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label="Move down"
                disabled={index === drafts.length - 1}
                onClick={() => setDrafts(swapped(drafts, index, 1))}
              >
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label="Take away"
                onClick={() => setDrafts(drafts.filter((draft) => draft.id !== id))}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </Group>
            <BlockEditor
              block={block}
              id={String(id)}
              onChange={(changed) =>
                setDrafts((all) => all.map((draft) => (draft.id === id ? { id, block: changed } : draft)))
              }
            />
          </section>
        ))}
        <Group gap="xs">
          {blockKinds.map(({ kind, label, make }) => (
            <Button
              key={kind}
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => setDrafts([...drafts, { id: nextId, block: make() }])}
            >
              {label}
            </Button>
          ))}
        </Group>
      </div>
    </PageFrame>
  )
}
