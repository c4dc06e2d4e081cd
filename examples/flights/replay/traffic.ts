/**
 * The replayed flights as clients of the deployment: each departure asks for a prediction through the Open Inference
 * Protocol, and its label follows when the flight has landed and its delay is known.
 */
import type { Api } from './api.ts'
import type { ReplayedFlight } from './history.ts'

const parallelRequests = 8
const labelsPerRequest = 2000

export interface Traffic {
  /** Asks for these flights, oldest first, several at a time. */
  predict(flights: readonly ReplayedFlight[]): Promise<void>
  /** Sends the labels that are known at this event time; answers how many were new. */
  label(until: number): Promise<number>
  /** Sends labels until every flight up to this event time has one. */
  labelAll(until: number): Promise<void>
  readonly counts: { readonly predictions: number; readonly labels: number }
  /** The last prediction that was answered. */
  lastPredictionId(): string | undefined
}

export function createTraffic(api: Api, deployment: string): Traffic {
  const unlabeled = new Map<string, ReplayedFlight>()
  const counts = { predictions: 0, labels: 0 }
  let last: string | undefined

  async function ask(flight: ReplayedFlight): Promise<void> {
    const inputs = Object.entries(flight.features).map(([name, value]) => ({
      name,
      datatype: 'FP32',
      shape: [1, 1],
      data: [value],
    }))
    // Id and routing key are the flight's own: asked again after a crash, it is the same prediction by the same variant.
    const headers = { 'Slipway-Prediction-Id': flight.id, 'Slipway-Route-Key': flight.id }
    const body = { inputs, parameters: { event_time: flight.departedAt } }
    const answer = await api.slipway.raw('POST', `/v2/models/${deployment}/infer`, {
      headers,
      body: JSON.stringify(body),
    })
    await answer.arrayBuffer()
    unlabeled.set(flight.id, flight)
    counts.predictions += 1
    last = flight.id
  }

  async function label(until: number): Promise<number> {
    const known = [...unlabeled.values()].filter((flight) => flight.knownAt <= until)
    let count = 0
    for (let at = 0; at < known.length; at += labelsPerRequest) {
      const batch = known.slice(at, at + labelsPerRequest)
      const labels = batch.map(({ id, late, knownAt }) => ({ predictionId: id, label: late, observedAt: knownAt }))
      const { unknownIds } = await api.slipway.labels.record({ labels })
      // A prediction that was answered a moment ago may not be a row yet: its label is sent again with the next ones.
      const unknown = new Set(unknownIds)
      for (const { id } of batch) if (!unknown.has(id)) unlabeled.delete(id)
      count += batch.length - unknown.size
    }
    counts.labels += count
    return count
  }

  return {
    counts,
    lastPredictionId: () => last,
    predict: async (flights) => {
      const queue = flights.values()
      const work = async () => {
        for (const flight of queue) await ask(flight)
      }
      await Promise.all(Array.from({ length: parallelRequests }, work))
    },
    label,
    labelAll: async (until) => {
      const deadline = performance.now() + 30_000
      while ([...unlabeled.values()].some((flight) => flight.knownAt <= until)) {
        if ((await label(until)) === 0 && performance.now() > deadline)
          throw new Error('The server still does not know predictions that it answered 30 seconds ago.')
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}
