import { Burger, Group } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import classes from './header.module.css'
import { openPalette } from './palette-store.ts'
import { SchemeSwitch } from './scheme-switch.tsx'
import { ServerStatus } from './server-status.tsx'

export interface HeaderProps {
  readonly isMenuOpen: boolean
  readonly onToggleMenu: () => void
}

export function Header({ isMenuOpen, onToggleMenu }: HeaderProps) {
  return (
    <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
      <Group gap="sm" wrap="nowrap">
        <Burger hiddenFrom="sm" size="sm" opened={isMenuOpen} onClick={onToggleMenu} aria-label="Open navigation" />
        <span className={classes.host}>{location.host}</span>
      </Group>
      <Group gap="sm" wrap="nowrap">
        <button type="button" className={classes.search} onClick={openPalette} aria-label="Search pages and things">
          <IconSearch size={14} aria-hidden />
          <span className={classes.hint}>Find anything</span>
          <kbd className={classes.kbd}>{isMac() ? '⌘' : 'Ctrl'} K</kbd>
        </button>
        <ServerStatus />
        <SchemeSwitch />
      </Group>
    </Group>
  )
}

function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent)
}
