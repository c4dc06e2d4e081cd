import { SimpleGrid, Textarea } from '@mantine/core'
import { MarkdownView } from './markdown-view.tsx'

export interface MarkdownEditorProps {
  readonly label: string
  readonly text: string
  readonly onText: (text: string) => void
}

/** Markdown to write, with what it becomes beside it. */
export function MarkdownEditor({ label, text, onText }: MarkdownEditorProps) {
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Textarea
        aria-label={label}
        value={text}
        onChange={(event) => onText(event.currentTarget.value)}
        autosize
        minRows={6}
        maxRows={40}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
      />
      <MarkdownView text={text} />
    </SimpleGrid>
  )
}
