-- One row per flight in [$from, $to): what could be known about it at its departure, and whether it came late. A share of
-- $share of the flights is kept, chosen by a hash; the delays around them are counted over all flights.
--
-- Input views (made by whoever runs this): flights(date, delay, distance, origin, destination), one row per flight, and
-- airports(iata, longitude). `date` is the actual departure in local time of the origin; `delay` is the arrival delay in
-- minutes. Point-in-time rule: a delay is known only after the flight arrived.
--
--   known_at = departure (UTC) + time in the air and on the taxiways + the delay again + one hour
--
-- Time under way is 40 minutes plus the distance at 7.5 miles a minute. A late departure already shows in `date`, so adding the
-- delay once more errs on the side of knowing too late. Time zones come from the longitude (15 degrees an hour), which is
-- right to an hour within the United States: that is what the last hour is for. So nothing is ever known too early.
WITH flown AS (
  SELECT f.date AS departed_local,
         f.date - to_hours(round(a.longitude / 15)::BIGINT) AS departed_at,
         f.delay, f.distance, f.origin, f.destination
  FROM flights f JOIN airports a ON a.iata = f.origin
  WHERE f.date < $to::TIMESTAMP
),
-- Outcomes by the full hour at which they are all known, per airport (as origin and as destination) and overall ('*').
outcomes AS (
  SELECT unnest(['from ' || origin, 'to ' || destination, '*']) AS place,
         date_trunc('hour', departed_at + to_minutes((40 + distance / 7.5 + greatest(delay, 0))::BIGINT) + INTERVAL 2 HOUR)
           AS known_at,
         (delay > 15)::INT AS late,
         least(greatest(delay, -60), 240) AS minutes
  FROM flown
),
hourly AS (
  SELECT place, known_at, count(*) AS n, sum(late) AS late, sum(minutes) AS minutes FROM outcomes GROUP BY ALL
),
-- Shares over the last 3 hours, day and week before each hour; 2 flights at the long-run share of 20 % steady small counts.
rolling AS (
  SELECT place, known_at,
         (sum(late) OVER h3 + 0.4) / (sum(n) OVER h3 + 2) AS late_3h,
         sum(minutes) OVER h3 / (sum(n) OVER h3 + 2) AS minutes_3h,
         (sum(late) OVER d1 + 0.4) / (sum(n) OVER d1 + 2) AS late_1d,
         (sum(late) OVER d7 + 0.4) / (sum(n) OVER d7 + 2) AS late_7d
  FROM hourly
  WINDOW h3 AS (PARTITION BY place ORDER BY known_at RANGE BETWEEN INTERVAL 2 HOUR PRECEDING AND CURRENT ROW),
         d1 AS (PARTITION BY place ORDER BY known_at RANGE BETWEEN INTERVAL 23 HOUR PRECEDING AND CURRENT ROW),
         d7 AS (PARTITION BY place ORDER BY known_at RANGE BETWEEN INTERVAL 167 HOUR PRECEDING AND CURRENT ROW)
)
SELECT epoch_ms(f.departed_at) AS departed_at,
       epoch_ms(f.departed_at + to_minutes((40 + f.distance / 7.5 + greatest(f.delay, 0))::BIGINT) + INTERVAL 1 HOUR)
         AS known_at,
       f.origin, f.destination,
       (extract(hour FROM f.departed_local) + extract(minute FROM f.departed_local) / 60)::FLOAT AS hour,
       extract(isodow FROM f.departed_local)::FLOAT AS weekday,
       f.distance::FLOAT AS distance,
       coalesce(o.late_3h, 0.2)::FLOAT AS origin_late_3h,
       coalesce(o.minutes_3h, 0)::FLOAT AS origin_delay_3h,
       coalesce(o.late_1d, 0.2)::FLOAT AS origin_late_1d,
       coalesce(o.late_7d, 0.2)::FLOAT AS origin_late_7d,
       coalesce(d.late_3h, 0.2)::FLOAT AS destination_late_3h,
       coalesce(d.minutes_3h, 0)::FLOAT AS destination_delay_3h,
       coalesce(d.late_1d, 0.2)::FLOAT AS destination_late_1d,
       coalesce(d.late_7d, 0.2)::FLOAT AS destination_late_7d,
       coalesce(n.late_3h, 0.2)::FLOAT AS network_late_3h,
       coalesce(n.late_1d, 0.2)::FLOAT AS network_late_1d,
       (f.delay > 15)::INT AS late
FROM (
  SELECT * FROM flown
  WHERE departed_local >= $from::TIMESTAMP AND hash(departed_local, origin, destination) % 10000 < 10000 * $share
) f
ASOF LEFT JOIN rolling o ON o.place = 'from ' || f.origin AND f.departed_at >= o.known_at
ASOF LEFT JOIN rolling d ON d.place = 'to ' || f.destination AND f.departed_at >= d.known_at
ASOF LEFT JOIN rolling n ON n.place = '*' AND f.departed_at >= n.known_at
ORDER BY f.departed_at, f.origin, f.destination, f.distance, f.delay
