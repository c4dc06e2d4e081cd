/** Which days are learned from and which are replayed. All of it is the data's own: nothing is added or disturbed. */
export interface Plan {
  /** First day of the history; features look back a week. */
  readonly since: string
  /** The first training knows the days before this one. */
  readonly trainUntil: string
  /** First day of the replay, and the day before which it ends. */
  readonly replayFrom: string
  readonly replayUntil: string
  /** Share of the flights that ask for a prediction. */
  readonly share: number
  /** Event time between two rounds of labels. */
  readonly hoursPerRound: number
  /** Parameters of the first training; later ones take the pipeline's own. */
  readonly parameters: Readonly<Record<string, number>>
}

/**
 * January 22 to February 4, 2001, were calm: 15 % of the flights came late. Then winter storms: from February 12 on 21 to 37 %
 * of a day's flights, and on February 16 even 41 % of all. A model trained on the calm weeks sees delays it never saw.
 */
export const demoPlan: Plan = {
  since: '2001-01-15',
  trainUntil: '2001-02-05',
  replayFrom: '2001-02-05',
  replayUntil: '2001-02-20',
  share: 0.08,
  hoursPerRound: 6,
  parameters: {},
}

/** How the things of slipway.yaml are called. */
export const names = {
  flights: 'flights',
  airports: 'airports',
  pipeline: 'flight-delay',
  model: 'flight-delay',
  deployment: 'flight-delay',
  drift: 'delays-drift',
  quality: 'delays-quality',
} as const
