-- Who changed security groups?
-- Every change that was made to groups and their rules; what was only attempted is left out.
SELECT eventtime, recipientaccountid, awsregion, eventname,
       coalesce(json_extract_scalar(requestparameters, '$.groupId'),
                json_extract_scalar(requestparameters, '$.ModifySecurityGroupRulesRequest.GroupId'),
                json_extract_scalar(responseelements, '$.groupId'),
                json_extract_scalar(requestparameters, '$.groupName')) AS security_group,
       useridentity.arn AS principal, sourceipaddress, useragent, requestparameters, eventid
FROM events
WHERE eventsource = 'ec2.amazonaws.com'
  AND eventname IN (
        'CreateSecurityGroup', 'DeleteSecurityGroup', 'ModifySecurityGroupRules',
        'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress',
        'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress',
        'UpdateSecurityGroupRuleDescriptionsIngress', 'UpdateSecurityGroupRuleDescriptionsEgress',
        'AssociateSecurityGroupVpc', 'DisassociateSecurityGroupVpc')
  AND errorcode IS NULL
ORDER BY eventtime
