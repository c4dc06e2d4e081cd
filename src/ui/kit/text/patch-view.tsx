import classes from './text.module.css'

/** A patch as version control writes it, with its additions and removals marked. */
export function PatchView({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable by keyboard
    <section className={classes.scroll} aria-label={label} tabIndex={0} style={{ maxHeight: 520 }}>
      {text.split('\n').map((line, index) => (
        <div
          // biome-ignore lint/suspicious/noArrayIndexKey: a patch is drawn whole and its lines have no other identity
          key={index}
          className={classes.line}
          data-change={changeOf(line)}
          style={{ position: 'static' }}
        >
          <span className={classes.number}>{index + 1}</span>
          {line}
        </div>
      ))}
    </section>
  )
}

function changeOf(line: string): 'added' | 'removed' | undefined {
  if (line.startsWith('+') && !line.startsWith('+++')) return 'added'
  return line.startsWith('-') && !line.startsWith('---') ? 'removed' : undefined
}
