import type { Platform } from '../../platform/platform.ts'
import type { NewsListener } from '../predictions/index.ts'
import { tellAbTests } from './ab-tests/news.ts'
import { collectNews } from './reward-news.ts'
import { tellRollouts } from './rollouts/news.ts'

/** Labels become rewards first, so that who looks at them finds them. */
export function newsListeners(platform: Platform): readonly NewsListener[] {
  return [collectNews, tellRollouts(platform), tellAbTests(platform)]
}
