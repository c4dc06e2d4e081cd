/** Features of the newest `days` days of flights: the last `holdoutDays` are set aside for the evaluation. */
import { step } from 'slipway/step'
import { makeFeatures, openDuckDb, quote, readSources } from '../model/feature-table.ts'

await step(async ({ input, output, parameters, log }) => {
  const db = await openDuckDb()
  const flights = input('flights').files.map((file) => file.localPath)
  await readSources(db, flights, input('airports').file())

  const days = parameters.number('days')
  const reader = await db.runAndReadAll(`
    WITH last_day AS (SELECT max(date)::DATE AS day FROM flights)
    SELECT (day + 1 - ${days})::VARCHAR, (day + 1 - ${parameters.number('holdoutDays')})::VARCHAR, (day + 1)::VARCHAR
    FROM last_day`)
  const [from = '', holdoutFrom = '', to = ''] = (reader.getRows()[0] ?? []).map(String)
  await makeFeatures(db, { from, to, share: parameters.number('share') })

  // A flight is trained on only when its delay was known before the holdout begins.
  const file = output('features').path('features.parquet')
  await db.run(`
    COPY (
      SELECT CASE WHEN departed_at >= epoch_ms(TIMESTAMP '${holdoutFrom}') THEN 'holdout' ELSE 'train' END AS part, *
      FROM features
      WHERE departed_at >= epoch_ms(TIMESTAMP '${holdoutFrom}') OR known_at < epoch_ms(TIMESTAMP '${holdoutFrom}')
      ORDER BY departed_at, origin, destination, distance, known_at
    ) TO ${quote(file)} (FORMAT parquet)`)
  const counts = await db.runAndReadAll(
    `SELECT part, count(*)::INT, avg(late) FROM ${quote(file)} GROUP BY part ORDER BY part DESC`,
  )
  const metrics: Record<string, number> = {}
  for (const [part, rows, late] of counts.getRows()) {
    log(`${part}: ${rows} flights, ${(100 * Number(late)).toFixed(1)} % late`)
    metrics[`${part}Rows`] = Number(rows)
    metrics[`${part}LateShare`] = Number(late)
  }
  return { metrics, params: { from, holdoutFrom, to } }
})
