import type { RegisteredPage } from '../kit/registered-page.ts'
import { experimentsPath } from '../tracking/paths.ts'
import { tracePath, tracesPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  { path: tracesPath, within: experimentsPath, load: () => import('./traces-page.tsx') },
  { path: tracePath, within: experimentsPath, load: () => import('./trace-page.tsx') },
]
