/** What happened and what was decided, as other pages tell it. */
export { DecisionList } from './decision-list.tsx'
export { eventTo, gatherEvents } from './event-list.ts'
export { activityQueries } from './queries.ts'
