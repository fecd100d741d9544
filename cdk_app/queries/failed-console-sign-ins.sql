-- Who failed to sign in to the console?
-- Sign-ins of root and IAM users, and rejected credentials of IAM Identity Center. CloudTrail hides the name
-- of a user that does not exist: it may be a password.
SELECT eventtime, recipientaccountid, awsregion, eventname, useridentity.type AS identity_type,
       coalesce(useridentity.arn, useridentity.username, useridentity.principalid) AS principal,
       errormessage, json_extract_scalar(additionaleventdata, '$.MFAUsed') AS mfa_used,
       sourceipaddress, useragent, eventid
FROM events
WHERE eventsource IN ('signin.amazonaws.com', 'sso.amazonaws.com')
  AND 'Failure' IN (
        json_extract_scalar(responseelements, '$.ConsoleLogin'),
        json_extract_scalar(serviceeventdetails, '$.CredentialVerification'))
ORDER BY eventtime
