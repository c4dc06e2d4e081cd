import type { RegisteredPage } from '../kit/registered-page.ts'
import { experimentsPath } from '../tracking/paths.ts'
import { evaluationPath, evaluationsPath } from './paths.ts'

export const pages: readonly RegisteredPage[] = [
  {
    path: evaluationsPath,
    within: experimentsPath,
    label: 'Evaluations',
    load: () => import('./evaluations-page.tsx'),
  },
  { path: evaluationPath, within: experimentsPath, load: () => import('./evaluation-page.tsx') },
]
