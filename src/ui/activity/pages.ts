import { IconActivity } from '@tabler/icons-react'
import { pointingAt } from '../kit/path.ts'
import type { RegisteredPage } from '../kit/registered-page.ts'
import { activityPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: activityPath,
    load: () => import('./activity-page.tsx'),
    menu: { label: 'Activity', section: 'trace', order: 3, key: 'a', icon: IconActivity },
    ids: { dec: (id) => pointingAt(id, activityPath()), pol: (id) => pointingAt(id, activityPath(), 'policies') },
  },
]
