import { IconCompass } from '@tabler/icons-react'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { overviewPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: overviewPath,
    load: () => import('./overview-page.tsx'),
    menu: { label: 'Overview', section: 'watch', order: 1, key: 'o', icon: IconCompass },
  },
]
