-- What did this principal touch during the incident?
-- Parameters: ARN of the user, role or session; begin (2026-01-31T08:00:00Z); end
-- The ARN of a role stands for all of its sessions.
SELECT eventtime, recipientaccountid, awsregion, eventsource, eventname, readonly, errorcode,
       useridentity.arn AS session, useridentity.accesskeyid AS access_key,
       array_join(transform(resources, resource -> resource.arn), ', ') AS touched,
       sourceipaddress, useragent, requestparameters, eventid
FROM events
WHERE ? IN (useridentity.arn, useridentity.sessioncontext.sessionissuer.arn)
  AND eventtime BETWEEN ? AND ?
ORDER BY eventtime
