/**
 * The TypeScript client of a Slipway server: standard fetch only, the same in Node, browsers and workers.
 *
 *   const slipway = createSlipway({ url: 'http://127.0.0.1:5000' })
 *   for await (const run of slipway.runs.search({ filter: 'metrics.auc > 0.9' })) console.log(run.id)
 *
 * Methods, inputs and outputs are generated from the server's own operations (`npm run sdk`). Failures are `SlipwayError`s
 * told apart by their stable `code`.
 */
export type * from './client.generated.ts'
export { createSlipway } from './client.generated.ts'
export type { ErrorCode } from './errors.generated.ts'
export { eventNames, eventSentence, eventType } from './event-sentence.ts'
export { type EventType, type FollowOptions, followEvents, type ServerEvent } from './events.ts'
export type { GraphContext, GraphFunction, GraphOutput, GraphTensor } from './graph-function.ts'
export { eventStreams, moduleNeeds } from './module-news.generated.ts'
export type { Page, PagedRequest } from './paging.ts'
export type * from './shapes.generated.ts'
export { type FieldProblem, isSlipwayError, SlipwayError } from './slipway-error.ts'
export { type CallOptions, createTransport, type SlipwayOptions, type Transport } from './transport.ts'
