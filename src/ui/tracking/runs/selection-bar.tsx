import { Button } from '@mantine/core'
import { IconChartDots, IconRestore, IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../../ground/client.ts'
import { ActButton } from '../../kit/act-button.tsx'
import { formatCountOf } from '../../kit/format.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { comparisonOf } from '../paths.ts'
import type { RunScope } from '../queries.ts'
import { inParts, selectedIds } from './selected-runs.ts'
import classes from './selection.module.css'
import { mostSelected, useSelection } from './selection.tsx'
import { type ActsProps, MoveForm, SelectionDialog, TagForm } from './selection-forms.tsx'

export interface SelectionBarProps {
  readonly scope: RunScope
  /** How many runs match; undefined while that is not known. */
  readonly total: number | undefined
}

/** What can be done with the chosen runs; not there while none is chosen. */
export function SelectionBar({ scope, total }: SelectionBarProps) {
  const selection = useSelection()
  const { isAll, ids, chooseAll, clear } = selection
  if (!isAll && ids.length === 0) return null
  const count = isAll ? (total ?? 0) - ids.length : ids.length
  const runs = isAll && total === undefined ? 'All runs that match' : formatCountOf(count, 'runs')
  const idsNow = () => selectedIds(selection, scope)
  return (
    <section className={classes.bar} aria-label="Chosen runs">
      <strong>{runs} chosen</strong>
      {!isAll && ids.length === mostSelected ? <span>(no more than {mostSelected} one by one)</span> : null}
      {isAll || total === undefined || total <= ids.length ? null : (
        <Button variant="subtle" onClick={chooseAll}>
          Choose all {formatCountOf(total, 'runs')} that match
        </Button>
      )}
      <CompareLink scope={scope} />
      {scope.isDeleted === true ? (
        <DeletedActs idsNow={idsNow} onDone={clear} />
      ) : (
        <LiveActs idsNow={idsNow} onDone={clear} />
      )}
      <Button variant="subtle" onClick={clear}>
        Clear
      </Button>
    </section>
  )
}

/** Of all that match, the first hundred. */
function CompareLink({ scope }: { readonly scope: RunScope }) {
  const selection = useSelection()
  const navigate = useNavigate()
  const open = useMutation({
    mutationFn: () => selectedIds(selection, scope, mostSelected),
    onSuccess: (ids) => navigate({ href: comparisonOf(ids) }),
  })
  const icon = <IconChartDots size={14} />
  if (!selection.isAll) {
    return (
      <LinkButton to={comparisonOf(selection.ids)} icon={icon}>
        Compare
      </LinkButton>
    )
  }
  return (
    <Button variant="default" leftSection={icon} loading={open.isPending} onClick={() => open.mutate()}>
      Compare the first {mostSelected}
    </Button>
  )
}

function LiveActs({ idsNow, onDone }: ActsProps) {
  return (
    <>
      <SelectionDialog kind="tag">{(close) => <TagForm idsNow={idsNow} onDone={close} />}</SelectionDialog>
      <SelectionDialog kind="move">{(close) => <MoveForm idsNow={idsNow} onDone={close} />}</SelectionDialog>
      <ActButton
        label="Delete"
        icon={<IconTrash size={14} />}
        isDangerous
        question="They can be restored: choose them again among the deleted ones."
        act={async () => inParts(await idsNow(), (runIds) => client.runs.change({ runIds, lifecycle: 'deleted' }))}
        done={(count) => `${formatCountOf(count, 'runs')} deleted.`}
        onDone={onDone}
      />
    </>
  )
}

function DeletedActs({ idsNow, onDone }: ActsProps) {
  return (
    <>
      <ActButton
        label="Restore"
        icon={<IconRestore size={14} />}
        act={async () => inParts(await idsNow(), (runIds) => client.runs.change({ runIds, lifecycle: 'active' }))}
        done={(count) => `${formatCountOf(count, 'runs')} restored.`}
        onDone={onDone}
      />
      <ActButton
        label="Erase"
        icon={<IconTrash size={14} />}
        isDangerous
        question="Their metrics, parameters and files are removed for good."
        act={async () => inParts(await idsNow(), (runIds) => client.runs.erase({ runIds }))}
        done={(count) => `${formatCountOf(count, 'runs')} erased.`}
        onDone={onDone}
      />
    </>
  )
}
