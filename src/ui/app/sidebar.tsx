import { CloseButton } from '@mantine/core'
import { IconBook2, IconKeyboard } from '@tabler/icons-react'
import { RouteLink } from '../kit/route-link.tsx'
import { Logo } from './logo.tsx'
import { type MenuEntry, menu, menuSections } from './page-registry.ts'
import classes from './sidebar.module.css'

export interface SidebarProps {
  readonly current: MenuEntry | undefined
  readonly onClose: () => void
  readonly onShowShortcuts: () => void
}

export function Sidebar({ current, onClose, onShowShortcuts }: SidebarProps) {
  return (
    <nav className={classes.root} aria-label="Sections">
      <div className={classes.brand}>
        <RouteLink to="/" look="bare" className={classes.logo} label="Slipway, overview">
          <Logo />
        </RouteLink>
        <CloseButton hiddenFrom="sm" onClick={onClose} aria-label="Close navigation" c="var(--sl-hull-ink)" />
      </div>
      {menuSections.map(({ id, title }) => (
        <div key={id} className={classes.group}>
          {title === undefined ? null : <div className={classes.title}>{title}</div>}
          {menu
            .filter((entry) => entry.section === id)
            .map((entry) => (
              <MenuLink key={entry.to} entry={entry} isCurrent={entry === current} />
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

function MenuLink({ entry, isCurrent }: { readonly entry: MenuEntry; readonly isCurrent: boolean }) {
  const Icon = entry.icon
  return (
    <RouteLink to={entry.to} look="bare" className={`${classes.link} ${isCurrent ? classes.current : ''}`}>
      <Icon size={17} stroke={1.6} aria-hidden />
      <span aria-current={isCurrent ? 'page' : undefined}>{entry.label}</span>
      <kbd className={classes.key} aria-hidden>
        g {entry.key}
      </kbd>
    </RouteLink>
  )
}
