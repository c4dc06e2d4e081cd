import classes from './command-line.module.css'
import { CopyIcon } from './copy-icon.tsx'

/** One command to run in a terminal, with a button that copies it. */
export function CommandLine({ command }: { readonly command: string }) {
  return (
    <div className={classes.root}>
      <code className={classes.code}>
        <span className={classes.prompt} aria-hidden>
          ${' '}
        </span>
        {command}
      </code>
      <CopyIcon value={command} label="Copy the command" />
    </div>
  )
}
