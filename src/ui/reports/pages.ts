import { IconReport } from '@tabler/icons-react'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { reportPath, reportsPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: reportsPath,
    load: () => import('./reports-page.tsx'),
    menu: { label: 'Reports', section: 'build', order: 4, key: 'r', icon: IconReport },
  },
  { path: reportPath, load: () => import('./report-page.tsx'), ids: { rep: reportPath } },
]
