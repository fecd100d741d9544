-- From which addresses was there activity that had none before?
-- Parameters: first day of interest (the days before it are the baseline)
-- Addresses outside the known networks that nobody used with success in the baseline: somebody who only
-- knocked in vain there does not become known by it. AWS services, which have names, are left out.
SELECT sourceipaddress, first_seen, last_seen, actions, failed, principals
FROM (
  SELECT sourceipaddress,
         min(eventtime) AS first_seen,
         max(eventtime) AS last_seen,
         count(*) AS actions,
         count(*) - count(success_day) AS failed,
         array_join(array_agg(DISTINCT principal), ', ') AS principals,
         coalesce(min(success_day), max(day)) AS deciding_day
  FROM (
    SELECT sourceipaddress, eventtime, day, coalesce(useridentity.arn, useridentity.type) AS principal,
           CASE WHEN errorcode IS NULL
                 AND coalesce(json_extract_scalar(responseelements, '$.ConsoleLogin'), '') <> 'Failure'
                THEN day END AS success_day
    FROM events
    WHERE regexp_like(sourceipaddress, '^[0-9A-Fa-f.:]+$')
      AND NOT ({known_networks})
  ) AS calls
  GROUP BY sourceipaddress
) AS addresses
WHERE deciding_day >= ?
ORDER BY first_seen
