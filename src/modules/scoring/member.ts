import { defineModule } from '../../platform/platform.ts'
import { servingMember } from '../serving/index.ts'
import { tellShadows } from './shadows/news.ts'

/** On a host that only answers predictions: shadows hear of what it records; they run where the control plane is. */
export const scoringMember = defineModule({
  name: 'scoring',
  needs: { servingMember },
  config: {},
  migrations: [],
  events: [],
  operations: [],
  create: ({ platform, needs }) => {
    needs.servingMember.onNews(tellShadows(platform))
    return { door: {} }
  },
})
