-- What did a root user do?
-- Includes sign-ins, failed attempts, and sessions that the management account opened as root of a member.
SELECT eventtime, recipientaccountid, awsregion, eventsource, eventname, errorcode,
       useridentity.sessioncontext.assumedroot AS assumed_root,
       useridentity.sessioncontext.attributes.mfaauthenticated AS mfa,
       useridentity.accesskeyid AS access_key, sourceipaddress, useragent, requestparameters, eventid
FROM events
WHERE useridentity.type = 'Root'
  AND useridentity.invokedby IS NULL
  AND eventtype <> 'AwsServiceEvent'
ORDER BY eventtime
