import {
  IconActivity,
  IconBox,
  IconBroadcast,
  IconCompass,
  IconDatabase,
  IconFlask,
  IconGitBranch,
  IconRadar2,
  IconReport,
  IconRoute,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react'
import { paths } from '../kit/paths.ts'

export interface Section {
  readonly label: string
  readonly path: string
  /** Key after `g` that goes there. */
  readonly key: string
  readonly icon: TablerIcon
  readonly group: 'watch' | 'build' | 'run' | 'trace'
  /** Other first parts of an address that belong to this section. */
  readonly also?: readonly string[]
}

/** The pages of the navigation, in the order of the loop. */
export const sections: readonly Section[] = [
  { label: 'Overview', path: paths.overview(), key: 'o', icon: IconCompass, group: 'watch' },
  { label: 'Datasets', path: paths.datasets(), key: 'd', icon: IconDatabase, group: 'build' },
  { label: 'Pipelines', path: paths.pipelines(), key: 'p', icon: IconRoute, group: 'build', also: ['/pipeline-runs'] },
  {
    label: 'Experiments',
    path: paths.experiments(),
    key: 'e',
    icon: IconFlask,
    group: 'build',
    also: ['/runs', '/traces', '/evaluations'],
  },
  { label: 'Reports', path: paths.reports(), key: 'r', icon: IconReport, group: 'build' },
  { label: 'Models', path: paths.models(), key: 'm', icon: IconBox, group: 'build' },
  {
    label: 'Deployments',
    path: paths.deployments(),
    key: 'y',
    icon: IconBroadcast,
    group: 'run',
    also: ['/predictions', '/batches', '/environments', '/fleet'],
  },
  { label: 'Monitors', path: paths.monitors(), key: 'w', icon: IconRadar2, group: 'run' },
  { label: 'Lineage', path: paths.lineage(), key: 'l', icon: IconGitBranch, group: 'trace' },
  { label: 'Webhooks', path: paths.webhooks(), key: 'h', icon: IconWebhook, group: 'trace' },
  { label: 'Activity', path: paths.activity(), key: 'a', icon: IconActivity, group: 'trace' },
]

export function sectionOf(pathname: string): Section | undefined {
  const inside = (path: string) => pathname === path || pathname.startsWith(`${path}/`)
  return sections.find((section) => inside(section.path) || section.also?.some(inside))
}
