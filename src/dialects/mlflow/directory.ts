import type { Experiment, Tracking } from '../../modules/tracking/index.ts'
import { invalid, wireError } from './wire-error.ts'

/** Where an experiment's artifacts are said to be, and its number; neither ever changes, so they are remembered. */
export interface Place {
  readonly number: number
  /** Without a slash at the end. */
  readonly artifactRoot: string
}

/**
 * These clients know experiments by small numbers ("0" is the default one); our ids are accepted as well.
 */
export interface Directory {
  /** The experiment of a client's id; an empty one means the default experiment. Throws RESOURCE_DOES_NOT_EXIST. */
  experiment(id: string | undefined): Promise<Experiment>
  findExperiment(id: string): Promise<Experiment | undefined>
  placeOf(experimentId: string): Promise<Place>
}

// Enough for every experiment a team has; emptied when it is full.
const maxPlaces = 10_000

export function createDirectory(tracking: Tracking): Directory {
  const places = new Map<string, Place>()

  async function findExperiment(id: string): Promise<Experiment | undefined> {
    const isNumber = /^\d{1,15}$/.test(id)
    return isNumber ? tracking.findExperimentByNumber(Number(id)) : tracking.findExperiment(id)
  }

  return {
    findExperiment,

    experiment: async (given) => {
      const id = given === undefined || given === '' ? '0' : given
      const found = await findExperiment(id)
      if (found === undefined && !/^(\d+|exp_\w+)$/.test(id)) {
        throw invalid(`Invalid experiment ID: '${id}'. It is a number.`)
      }
      if (found === undefined) throw wireError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`)
      return found
    },

    placeOf: async (experimentId) => {
      const known = places.get(experimentId)
      if (known !== undefined) return known
      const place = toPlace(await tracking.getExperiment(experimentId))
      if (places.size >= maxPlaces) places.clear()
      places.set(experimentId, place)
      return place
    },
  }
}

export function toPlace({ number, artifactLocation }: Experiment): Place {
  return { number, artifactRoot: (artifactLocation ?? `mlflow-artifacts:/${number}`).replace(/\/+$/, '') }
}
