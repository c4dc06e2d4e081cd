import { AppShell } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Header } from './header.tsx'
import { menuEntryOf } from './page-registry.ts'
import { Palette } from './palette.tsx'
import { ShortcutSheet } from './shortcut-sheet.tsx'
import { useShortcuts } from './shortcuts.ts'
import { Sidebar } from './sidebar.tsx'
import { TokenPrompt } from './token-prompt.tsx'

/** The frame around every page: navigation at the left, search and status at the top. */
export function Shell() {
  const [isMenuOpen, menu] = useDisclosure(false)
  const [isSheetOpen, sheet] = useDisclosure(false)
  const { pathname } = useLocation()
  const entry = menuEntryOf(pathname)
  const closeMenu = menu.close
  useShortcuts(sheet.toggle)
  useEffect(() => {
    document.title = entry === undefined ? 'Slipway' : `${entry.label} · Slipway`
    if (pathname !== '') closeMenu()
  }, [entry, pathname, closeMenu])
  return (
    <AppShell
      layout="alt"
      header={{ height: 48 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding={0}
    >
      <AppShell.Navbar withBorder={false} bg="var(--sl-hull)">
        <Sidebar current={entry} onClose={menu.close} onShowShortcuts={sheet.open} />
      </AppShell.Navbar>
      <AppShell.Header bg="var(--sl-surface)" style={{ borderColor: 'var(--sl-line)' }}>
        <Header isMenuOpen={isMenuOpen} onToggleMenu={menu.toggle} />
      </AppShell.Header>
      <AppShell.Main bg="var(--sl-canvas)" id="main">
        <Outlet />
      </AppShell.Main>
      <Palette />
      <TokenPrompt />
      <ShortcutSheet isOpen={isSheetOpen} onClose={sheet.close} />
    </AppShell>
  )
}
