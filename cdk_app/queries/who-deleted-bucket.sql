-- Who deleted this bucket?
-- Parameters: bucket name
SELECT eventtime, recipientaccountid, awsregion, useridentity.arn AS principal,
       useridentity.invokedby AS invoked_by, useridentity.accesskeyid AS access_key,
       sourceipaddress, useragent, eventid
FROM events
WHERE eventsource = 's3.amazonaws.com'
  AND eventname = 'DeleteBucket'
  AND errorcode IS NULL
  AND json_extract_scalar(requestparameters, '$.bucketName') = ?
ORDER BY eventtime
