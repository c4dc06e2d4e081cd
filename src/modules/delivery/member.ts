import { defineModule } from '../../platform/platform.ts'
import { servingMember } from '../serving/index.ts'
import { newsListeners } from './news.ts'

/** On a host that only answers predictions: what decides on versions hears of what it records; it decides elsewhere. */
export const deliveryMember = defineModule({
  name: 'delivery',
  needs: { servingMember },
  config: {},
  migrations: [],
  events: [],
  operations: [],
  create: ({ platform, needs }) => {
    for (const listener of newsListeners(platform)) needs.servingMember.onNews(listener)
    return { door: {} }
  },
})
