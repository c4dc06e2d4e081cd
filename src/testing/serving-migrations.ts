import { deliveryMigrations } from '../modules/delivery/tables.ts'
import { predictionMigrations } from '../modules/predictions/tables.ts'
import { scoringMigrations } from '../modules/scoring/tables.ts'
import { servableMigrations } from '../modules/servables/tables.ts'
import { servingMigrations } from '../modules/serving/tables.ts'

/** Of all that it takes to serve, in the order of the modules. */
export const allServingMigrations = [
  ...servableMigrations,
  ...predictionMigrations,
  ...servingMigrations,
  ...scoringMigrations,
  ...deliveryMigrations,
]
