import { CloseButton } from '@mantine/core'
import { IconBook2, IconKeyboard } from '@tabler/icons-react'
import { RouteLink } from '../kit/route-link.tsx'
import { Logo } from './logo.tsx'
import { type Section, sections } from './sections.ts'
import classes from './sidebar.module.css'

export interface SidebarProps {
  readonly current: Section | undefined
  readonly onClose: () => void
  readonly onShowShortcuts: () => void
}

const groups = [
  { id: 'watch', title: undefined },
  { id: 'build', title: 'Build' },
  { id: 'run', title: 'Run' },
  { id: 'trace', title: 'Trace' },
] as const

export function Sidebar({ current, onClose, onShowShortcuts }: SidebarProps) {
  return (
    <nav className={classes.root} aria-label="Sections">
      <div className={classes.brand}>
        <RouteLink to="/" look="bare" className={classes.logo} label="Slipway, overview">
          <Logo />
        </RouteLink>
        <CloseButton hiddenFrom="sm" onClick={onClose} aria-label="Close navigation" c="var(--sl-hull-ink)" />
      </div>
      {groups.map(({ id, title }) => (
        <div key={id} className={classes.group}>
          {title === undefined ? null : <div className={classes.title}>{title}</div>}
          {sections
            .filter((section) => section.group === id)
            .map((section) => (
              <SectionLink key={section.path} section={section} isCurrent={section === current} />
            ))}
        </div>
      ))}
      <div className={classes.foot}>
        <a className={classes.link} href="/docs">
          <IconBook2 size={17} stroke={1.6} aria-hidden />
          API reference
        </a>
        <button type="button" className={classes.link} onClick={onShowShortcuts}>
          <IconKeyboard size={17} stroke={1.6} aria-hidden />
          Shortcuts
          <kbd className={`${classes.key} ${classes.always}`}>?</kbd>
        </button>
      </div>
    </nav>
  )
}

function SectionLink({ section, isCurrent }: { readonly section: Section; readonly isCurrent: boolean }) {
  const Icon = section.icon
  return (
    <RouteLink to={section.path} look="bare" className={`${classes.link} ${isCurrent ? classes.current : ''}`}>
      <Icon size={17} stroke={1.6} aria-hidden />
      <span aria-current={isCurrent ? 'page' : undefined}>{section.label}</span>
      <kbd className={classes.key} aria-hidden>
        g {section.key}
      </kbd>
    </RouteLink>
  )
}
