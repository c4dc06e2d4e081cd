import { IconFolder, IconStack2 } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { ExperimentFolder } from '../../ground/wire.ts'
import { Panel } from '../../kit/panel.tsx'
import classes from './folder-tree.module.css'

export interface FolderTreeProps {
  /** Each after the one it is in. */
  readonly folders: readonly ExperimentFolder[]
  readonly experimentCount: number
  /** The one whose experiments are shown; empty for all. */
  readonly chosen: string
  readonly onChoose: (path: string) => void
}

/** The folders that the names of experiments make, with how many experiments are in each. */
export function FolderTree({ folders, experimentCount, chosen, onChoose }: FolderTreeProps) {
  return (
    <Panel isFlush className={classes.tree}>
      <nav aria-label="Folders">
        <ul className={classes.list}>
          <li>
            <Folder
              label="All experiments"
              count={experimentCount}
              isChosen={chosen === ''}
              onPress={() => onChoose('')}
            >
              <IconStack2 size={15} aria-hidden />
            </Folder>
          </li>
          {folders.map(({ path, experimentCount: count, runCount }) => (
            <li key={path} style={{ paddingLeft: 14 * (depthOf(path, folders) + 1) }}>
              <Folder
                label={nameOf(path, folders)}
                title={`${path}: ${count} experiments, ${runCount} runs`}
                count={count}
                isChosen={chosen === path}
                onPress={() => onChoose(path)}
              >
                <IconFolder size={15} aria-hidden />
              </Folder>
            </li>
          ))}
        </ul>
      </nav>
    </Panel>
  )
}

interface FolderProps {
  readonly label: string
  readonly title?: string
  readonly count: number
  readonly isChosen: boolean
  readonly onPress: () => void
  readonly children: ReactNode
}

function Folder({ label, title, count, isChosen, onPress, children }: FolderProps) {
  return (
    <button
      type="button"
      className={classes.folder}
      title={title}
      aria-current={isChosen ? 'true' : undefined}
      onClick={onPress}
    >
      {children}
      <span className={classes.name}>{label}</span>
      <span className={classes.count}>{count}</span>
    </button>
  )
}

/** A name such as `/Users/ann` begins below no folder: what counts is which folders there are. */
const above = (path: string, folders: FolderTreeProps['folders']) =>
  folders.filter((other) => path.startsWith(`${other.path}/`))
const depthOf = (path: string, folders: FolderTreeProps['folders']) => above(path, folders).length

function nameOf(path: string, folders: FolderTreeProps['folders']): string {
  const parent = above(path, folders).at(-1)
  return parent === undefined ? path : path.slice(parent.path.length + 1)
}

/** The name of an experiment with its folders in the background. */
export function PathName({ name }: { readonly name: string }) {
  const at = name.lastIndexOf('/') + 1
  return (
    <>
      {at === 0 ? null : <span className={classes.above}>{name.slice(0, at)}</span>}
      <strong>{name.slice(at)}</strong>
    </>
  )
}
