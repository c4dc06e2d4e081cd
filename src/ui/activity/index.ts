/** What happened and what was decided, as other pages tell it. */
export { DecisionList } from './decision-list.tsx'
export { eventText, eventTo, gatherEvents, knownEvents } from './event-text.ts'
export { activityQueries } from './queries.ts'
