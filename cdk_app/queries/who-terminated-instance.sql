-- Who terminated this instance?
-- Parameters: instance id
-- A person or role, an Auto Scaling group that was told to, or Spot taking its capacity back.
SELECT eventtime, recipientaccountid, awsregion, eventname, useridentity.arn AS principal,
       useridentity.invokedby AS invoked_by, useridentity.accesskeyid AS access_key,
       sourceipaddress, useragent, eventid
FROM events
WHERE eventname IN ('TerminateInstances', 'TerminateInstanceInAutoScalingGroup', 'BidEvictedEvent')
  AND errorcode IS NULL
  AND strpos(concat(coalesce(requestparameters, ''), coalesce(serviceeventdetails, '')), concat('"', ?, '"')) > 0
ORDER BY eventtime
