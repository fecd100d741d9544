-- What was denied, to whom and how often?
SELECT useridentity.arn AS principal, eventsource, eventname, errorcode,
       count(*) AS times, min(eventtime) AS first_seen, max(eventtime) AS last_seen,
       array_join(array_agg(DISTINCT sourceipaddress), ', ') AS addresses,
       max_by(errormessage, eventtime) AS last_message
FROM events
WHERE regexp_like(errorcode, 'AccessDenied|Unauthorized|NotAuthorized|AuthorizationError|NotPermitted|Forbidden')
GROUP BY useridentity.arn, eventsource, eventname, errorcode
ORDER BY times DESC, first_seen
