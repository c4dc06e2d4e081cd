import { path } from '../kit/path.ts'

export const lineagePath = path('/lineage')

/** The graph around a thing. */
export const lineageOf = (id: string): string => `${lineagePath()}?id=${encodeURIComponent(id)}`
