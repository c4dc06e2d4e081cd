import { IconGitBranch } from '@tabler/icons-react'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { lineageOf, lineagePath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: lineagePath,
    load: () => import('./lineage-page.tsx'),
    menu: { label: 'Lineage', section: 'trace', order: 1, key: 'l', icon: IconGitBranch },
    ids: { str: lineageOf },
  },
]
