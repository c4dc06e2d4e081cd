import classes from './command-line.module.css'
import { CopyIcon } from './copy-icon.tsx'

export interface CommandLineProps {
  readonly command: string
  /** A line of a program and not of a shell: without the prompt. */
  readonly isCode?: boolean
}

/** One command to run in a terminal, or one line of a program, with a button that copies it. */
export function CommandLine({ command, isCode = false }: CommandLineProps) {
  return (
    <div className={classes.root}>
      <code className={classes.code}>
        {isCode ? null : (
          <span className={classes.prompt} aria-hidden>
            ${' '}
          </span>
        )}
        {command}
      </code>
      <CopyIcon value={command} label={isCode ? 'Copy the line' : 'Copy the command'} />
    </div>
  )
}
