-- What was done with this access key?
-- Parameters: access key id; the same access key id again
-- Includes what was attempted, and what the sessions did that were opened with the key.
SELECT eventtime, recipientaccountid, awsregion, eventsource, eventname, errorcode,
       useridentity.arn AS principal, useridentity.accesskeyid AS access_key,
       sourceipaddress, useragent, requestparameters, eventid
FROM events
WHERE useridentity.accesskeyid = ?
   OR useridentity.accesskeyid IN (
        SELECT json_extract_scalar(responseelements, '$.credentials.accessKeyId')
        FROM events
        WHERE eventsource = 'sts.amazonaws.com'
          AND errorcode IS NULL
          AND useridentity.accesskeyid = ?)
ORDER BY eventtime
