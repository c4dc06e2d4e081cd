import { Modal, SimpleGrid } from '@mantine/core'
import classes from './shortcut-sheet.module.css'
import { shortcutGroups } from './shortcuts.ts'

export interface ShortcutSheetProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function ShortcutSheet({ isOpen, onClose }: ShortcutSheetProps) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title="Keyboard shortcuts"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xl" verticalSpacing="md">
        {shortcutGroups.map((group) => (
          <section key={group.title}>
            <h3 className={classes.title}>{group.title}</h3>
            <dl className={classes.list}>
              {group.keys.map(([keys, meaning]) => (
                <div key={keys} className={classes.row}>
                  <dt>{meaning}</dt>
                  <dd className={classes.keys}>{keys}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </SimpleGrid>
    </Modal>
  )
}
