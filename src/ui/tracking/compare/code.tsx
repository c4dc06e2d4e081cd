import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Run } from '../../ground/wire.ts'
import { CommandLine } from '../../kit/command-line.tsx'
import { CompareTable } from '../../kit/compare-table.tsx'
import { Panel } from '../../kit/panel.tsx'
import { PatchView } from '../../kit/text/patch-view.tsx'
import { useUrlState } from '../../kit/url-state.ts'
import { blobText } from '../artifacts/blob.ts'
import { trackingQueries } from '../queries.ts'
import { differences, type FileChange, factsOf, fileChanges, readEnvironment, recordPaths } from './code-record.ts'
import classes from './compare.module.css'

/** What two runs were made with: code, packages, machine, parameters. Of more than two runs the reader chooses. */
export function CompareCode({ runs }: { readonly runs: readonly Run[] }) {
  const [leftId, setLeft] = useUrlState('left')
  const [rightId, setRight] = useUrlState('right')
  const left = runs.find(({ id }) => id === leftId) ?? runs[0]
  const right = runs.find(({ id }) => id === rightId) ?? runs.find((run) => run !== left)
  if (left === undefined || right === undefined) return <p>Choose two runs to see what their code differs in.</p>
  const data = runs.map(({ id, name }) => ({ value: id, label: name }))
  return (
    <div className={classes.stack}>
      {runs.length > 2 ? (
        <div className={classes.sides}>
          <Select label="Left" data={data} value={left.id} onChange={(id) => setLeft(id ?? '')} allowDeselect={false} />
          <Select
            label="Right"
            data={data}
            value={right.id}
            onChange={(id) => setRight(id ?? '')}
            allowDeselect={false}
          />
        </div>
      ) : null}
      <Sides key={`${left.id} ${right.id}`} left={left} right={right} />
    </div>
  )
}

interface Pair {
  readonly left: Run
  readonly right: Run
}

function Sides({ left, right }: Pair) {
  const [first, second] = [useRecord(left.id), useRecord(right.id)]
  const names = { left: left.name, right: right.name }
  const [before, after] = [readEnvironment(first.environment), readEnvironment(second.environment)]
  const packages = differences(before.interpreter?.packages ?? {}, after.interpreter?.packages ?? {})
  const params = differences(left.params, right.params)
  const facts = differences({ ...sourceOf(left), ...factsOf(before) }, { ...sourceOf(right), ...factsOf(after) })
  return (
    <>
      <div className={classes.sides}>
        <Panel title="Parameters" note={`${params.equalCount} equal`}>
          <CompareTable {...names} rows={params.rows} empty="The parameters are the same." />
        </Panel>
        <Panel title="Code and machine" note={`${facts.equalCount} equal`}>
          <CompareTable {...names} rows={facts.rows} empty="Commit, command and machine are the same." />
        </Panel>
      </div>
      <Commits left={left} right={right} />
      <Changes left={left} right={right} changes={fileChanges(first.changes, second.changes)} />
      <Panel title="Packages" note={`${packages.equalCount} equal`}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard */}
        <section className={classes.long} aria-label="Packages, scrolling area" tabIndex={0}>
          <CompareTable {...names} rows={packages.rows} empty={packagesText(first.environment, second.environment)} />
        </section>
      </Panel>
    </>
  )
}

function Commits({ left, right }: Pair) {
  const [from, to] = [left.source.commit, right.source.commit]
  if (from === undefined || to === undefined || from === to) return null
  return (
    <Panel title="Between the commits">
      <CommandLine command={`git diff ${from} ${to}`} />
    </Panel>
  )
}

function Changes({ left, right, changes }: Pair & { readonly changes: readonly FileChange[] }) {
  const differing = changes.filter((change) => change.left !== change.right)
  return (
    <Panel title="Changes that were not committed" note={`${differing.length} of ${changes.length} files differ`}>
      {changes.length === 0 ? <p className={classes.quiet}>Neither run has uncommitted changes on record.</p> : null}
      {changes.map((change) => (
        <details key={change.path} open={change.left !== change.right}>
          <summary className={classes.file}>
            {change.path}
            <span className={classes.quiet}>{change.left === change.right ? ' the same in both' : ''}</span>
          </summary>
          <div className={classes.sides}>
            <Side run={left} path={change.path} patch={change.left} />
            {change.left === change.right ? null : <Side run={right} path={change.path} patch={change.right} />}
          </div>
        </details>
      ))}
    </Panel>
  )
}

function Side({ run, path, patch }: { readonly run: Run; readonly path: string; readonly patch: string | undefined }) {
  if (patch === undefined) return <p className={classes.quiet}>{run.name} did not change this file.</p>
  return <PatchView text={patch} label={`Changes of ${path} in ${run.name}`} />
}

/** The texts of a run's record; absent while they load and for runs that have none. */
function useRecord(runId: string) {
  const files = useQuery(trackingQueries.files(runId)).data?.items ?? []
  const digestOf = (path: string) => files.find((file) => file.path === path)?.digest
  const [changes, environment] = [digestOf(recordPaths.changes), digestOf(recordPaths.environment)]
  const text = (digest: string | undefined) => ({ ...blobText(digest ?? ''), enabled: digest !== undefined })
  return { changes: useQuery(text(changes)).data, environment: useQuery(text(environment)).data }
}

function sourceOf({ source }: Run) {
  return {
    commit: source.commit,
    uncommitted: source.dirty === undefined ? undefined : source.dirty ? 'yes' : 'no',
    command: source.name,
  }
}

function packagesText(left: string | undefined, right: string | undefined): string {
  if (left === undefined || right === undefined)
    return 'Not both runs have their packages on record: slipway run keeps them.'
  return 'The packages are the same.'
}
