package simulate

// Resources that many shapes name.
const (
	bucketResource = `[{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]`
	objectResource = `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::<bucket>/<folder>/<object>"},{"accountId":"<account>","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::<bucket>"}]`
	keyResource    = `[{"accountId":"<account>","type":"AWS::KMS::Key","ARN":"arn:aws:kms:<region>:<account>:key/<kmsKey>"}]`
	roleResource   = `[{"accountId":"<account>","type":"AWS::IAM::Role","ARN":"arn:aws:iam::<account>:role/<role>"}]`
	tableResource  = `[{"accountId":"<account>","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:<region>:<account>:table/<table>"}]`
	functionRes    = `[{"accountId":"<account>","type":"AWS::Lambda::Function","ARN":"arn:aws:lambda:<region>:<account>:function:<function>"}]`

	bucketHost  = `<bucket>.s3.<region>.amazonaws.com`
	bucketQuery = `{"bucketName":"<bucket>","Host":"<bucket>.s3.<region>.amazonaws.com"`
	objectQuery = bucketQuery + `,"key":"<folder>/<object>"`
	credentials = `"credentials":{"accessKeyId":"ASIA<upper:16>","sessionToken":"<base64:40>","expiration":"<date:Jan 2, 2006, 3:04:05 PM>"}`
)

// listItems are the bodies of <list:...>.
var listItems = map[string]string{
	"instance":   `{"instanceId":"i-0<hex:16>"}`,
	"launched":   `{"instanceId":"i-0<hex:16>","imageId":"<image>","currentState":{"code":0,"name":"pending"},"privateDnsName":"ip-10-<int:0-12>-<int:0-255>-<int:4-250>.<region>.compute.internal","instanceType":"m7g.large","placement":{"availabilityZone":"<region>a","tenancy":"default"},"subnetId":"<subnet>","vpcId":"<vpc>","architecture":"arm64","rootDeviceType":"ebs","networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-0<hex:16>","subnetId":"<subnet>","status":"in-use","groupSet":{"items":[{"groupId":"<securityGroup>","groupName":"<app>-<stage>"}]}}]}}`,
	"tag":        `{"key":"<noun>-<int:1-40>","value":"<app>-<stage>"}`,
	"evaluation": `{"complianceResourceType":"AWS::EC2::Instance","complianceResourceId":"i-0<hex:16>","complianceType":"COMPLIANT","orderingTimestamp":"<date:Jan 2, 2006, 3:04:05 PM>"}`,
	"partition":  `{"values":["2026","03","<int:1-28>","<int:0-23>"],"storageDescriptor":{"location":"s3://<bucket>/<folder>/hour=<int:0-23>/<hex:16>","inputFormat":"org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat","outputFormat":"org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat","compressed":true,"numberOfBuckets":-1,"serdeInfo":{"serializationLibrary":"org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe","parameters":{"serialization.format":"1"}}}}`,
	"item":       `{"name":"AWS:Application","schemaVersion":"1.1","captureTime":"<date:2006-01-02T15:04:05Z>","contentHash":"<base64:28>"}`,
	"statement":  `{\"Sid\":\"Allow<int:1-900>\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::<app>-<noun>-<int:1-99>\",\"arn:aws:s3:::<app>-<noun>-<int:1-99>/*\"]}`,
	"rule":       `{"ipProtocol":"tcp","fromPort":<int:1-65535>,"toPort":<int:1-65535>,"groups":{},"ipRanges":{"items":[{"cidrIp":"10.<int:0-255>.<int:0-255>.0/24","description":"<app> <noun>"}]},"ipv6Ranges":{},"prefixListIds":{}}`,
	"column":     `"<app>_<noun>_<int:1-400>"`,
	"event":      `{"id":"<guid>","detailType":"<app>.<noun>","source":"com.example.<app>","resources":[],"eventBusName":"<app>-<stage>"}`,
}

// shapes is the traffic of an organisation: mostly data and key use by programs,
// reading by consoles and tools, a few changes. Weights are relative among the
// shapes that one kind of caller can make.
var shapes = []shape{
	// S3: data events
	{
		Source: "s3", Name: "GetObject", Weight: 36, By: program, Flags: data | s3, Params: objectQuery + `}`, Resources: objectResource, Host: bucketHost,
		Error: "NoSuchKey", Message: "The specified key does not exist.",
	},
	{
		Source: "s3", Name: "PutObject", Weight: 22, By: program, Flags: data | s3 | write, Params: objectQuery + `,"x-amz-server-side-encryption":"aws:kms"}`, Resources: objectResource, Host: bucketHost,
		Response: `{"x-amz-server-side-encryption":"aws:kms","x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:<region>:<account>:key/<kmsKey>","x-amz-server-side-encryption-bucket-key-enabled":"true"}`,
	},
	{Source: "s3", Name: "HeadObject", Weight: 14, By: program, Flags: data | s3, Params: objectQuery + `}`, Resources: objectResource, Host: bucketHost, Error: "NoSuchKey", Message: "The specified key does not exist."},
	{Source: "s3", Name: "ListObjects", Weight: 12, By: program | person, Flags: data | s3, Params: bucketQuery + `,"list-type":"2","prefix":"<folder>/","max-keys":"1000"}`, Resources: bucketResource, Host: bucketHost},
	{Source: "s3", Name: "DeleteObject", Weight: 6, By: program, Flags: data | s3 | write, Params: objectQuery + `}`, Resources: objectResource, Host: bucketHost},
	{Source: "s3", Name: "CopyObject", Weight: 2, By: program, Flags: data | s3 | write, Params: objectQuery + `,"x-amz-copy-source":"<bucket>/<folder>/part-<int:0-99999>.parquet"}`, Resources: objectResource, Host: bucketHost},
	{Source: "s3", Name: "UploadPart", Weight: 3, By: program, Flags: data | s3 | write, Params: objectQuery + `,"partNumber":"<int:1-900>","uploadId":"<url:86>"}`, Resources: objectResource, Host: bucketHost},
	// S3: management events
	{Source: "s3", Name: "GetBucketAcl", Weight: 20, By: service, Flags: s3, Service: "cloudtrail.amazonaws.com", Params: bucketQuery + `,"acl":""}`, Resources: bucketResource},
	{Source: "s3", Name: "ListBuckets", Weight: 6, By: person | tool, Flags: s3, Params: `{"Host":"s3.<region>.amazonaws.com"}`},
	{Source: "s3", Name: "GetBucketPublicAccessBlock", Weight: 5, By: person | tool, Flags: s3, Params: bucketQuery + `,"publicAccessBlock":""}`, Resources: bucketResource, Host: bucketHost, Error: "NoSuchPublicAccessBlockConfiguration", Message: "The public access block configuration was not found"},
	{Source: "s3", Name: "GetBucketVersioning", Weight: 5, By: person | tool, Flags: s3, Params: bucketQuery + `,"versioning":""}`, Resources: bucketResource, Host: bucketHost},
	{Source: "s3", Name: "GetBucketPolicy", Weight: 4, By: person | tool, Flags: s3, Params: bucketQuery + `,"policy":""}`, Resources: bucketResource, Host: bucketHost, Error: "NoSuchBucketPolicy", Message: "The bucket policy does not exist"},
	{Source: "s3", Name: "PutBucketTagging", Weight: 1, By: tool, Flags: s3 | write, Params: bucketQuery + `,"tagging":"","Tagging":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","TagSet":{"Tag":[<list:tag:2-8>]}}}`, Resources: bucketResource, Host: bucketHost},

	// KMS
	{Source: "kms", Name: "Decrypt", Weight: 40, By: program, Params: `{"encryptionAlgorithm":"SYMMETRIC_DEFAULT","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>"}}`, Resources: keyResource},
	{Source: "kms", Name: "GenerateDataKey", Weight: 22, By: program, Params: `{"keyId":"arn:aws:kms:<region>:<account>:key/<kmsKey>","encryptionContext":{"aws:s3:arn":"arn:aws:s3:::<bucket>"},"keySpec":"AES_256"}`, Resources: keyResource},
	{
		Source: "kms", Name: "GenerateDataKey", Weight: 14, By: service, Service: "cloudtrail.amazonaws.com", Resources: keyResource,
		Params: `{"keyId":"arn:aws:kms:<region>:<account>:key/<kmsKey>","encryptionContext":{"aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:<account>:trail/<trail>","aws:s3:arn":"arn:aws:s3:::<bucket>/AWSLogs/<account>/CloudTrail/<region>"},"keySpec":"AES_256"}`,
	},
	{Source: "kms", Name: "DescribeKey", Weight: 4, By: anybody, Params: `{"keyId":"<kmsKey>"}`, Resources: keyResource},
	{Source: "kms", Name: "CreateGrant", Weight: 2, By: program | service, Flags: write, Params: `{"keyId":"arn:aws:kms:<region>:<account>:key/<kmsKey>","operations":["Decrypt","Encrypt","GenerateDataKey","RetireGrant"],"granteePrincipal":"rds.<region>.amazonaws.com","constraints":{"encryptionContextSubset":{"aws:rds:db-id":"db-<upper:26>"}}}`, Response: `{"grantId":"<hex:64>"}`, Resources: keyResource},

	// STS
	{
		Source: "sts", Name: "AssumeRole", Weight: 30, By: service, Service: "lambda.amazonaws.com", Resources: roleResource,
		Params:   `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"<function>"}`,
		Response: `{` + credentials + `,"assumedRoleUser":{"assumedRoleId":"<rolePrincipal>:<function>","arn":"arn:aws:sts::<account>:assumed-role/<role>/<function>"}}`,
	},
	{
		Source: "sts", Name: "AssumeRole", Weight: 14, By: service, Service: "ec2.amazonaws.com", Resources: roleResource,
		Params: `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"<instance>"}`, Response: `{` + credentials + `}`,
	},
	{
		Source: "sts", Name: "AssumeRole", Weight: 12, By: program | tool, Resources: roleResource,
		Params:   `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"<app>-session","durationSeconds":3600}`,
		Response: `{` + credentials + `,"assumedRoleUser":{"assumedRoleId":"<rolePrincipal>:<app>-session","arn":"arn:aws:sts::<account>:assumed-role/<role>/<app>-session"}}`,
	},
	{Source: "sts", Name: "GetCallerIdentity", Weight: 8, By: program | tool},
	{
		Source: "sts", Name: "AssumeRoleWithWebIdentity", Weight: 6, By: program, Resources: roleResource,
		Params: `{"roleArn":"arn:aws:iam::<account>:role/<role>","roleSessionName":"eks-<app>-<service>-<guid>"}`, Response: `{` + credentials + `,"subjectFromWebIdentityToken":"system:serviceaccount:<app>:<service>","provider":"arn:aws:iam::<account>:oidc-provider/oidc.eks.<region>.amazonaws.com/id/<cluster>"}`,
	},

	// DynamoDB
	{Source: "dynamodb", Name: "GetItem", Weight: 22, By: program, Flags: data, Params: `{"tableName":"<table>","key":["pk","sk"],"consistentRead":false}`, Resources: tableResource},
	{Source: "dynamodb", Name: "PutItem", Weight: 12, By: program, Flags: data | write, Params: `{"tableName":"<table>","key":["pk","sk"],"items":["pk","sk"]}`, Resources: tableResource, Error: "ConditionalCheckFailedException", Message: "The conditional request failed"},
	{Source: "dynamodb", Name: "Query", Weight: 12, By: program, Flags: data, Params: `{"tableName":"<table>","keyConditionExpression":"pk = :pk","limit":<int:1-100>,"consistentRead":false}`, Resources: tableResource},
	{Source: "dynamodb", Name: "BatchGetItem", Weight: 4, By: program, Flags: data, Params: `{"requestItems":[{"tableName":"<table>","keys":[<list:column:4-20>]}],"returnConsumedCapacity":"NONE"}`, Resources: tableResource},
	{Source: "dynamodb", Name: "DescribeTable", Weight: 4, By: anybody, Params: `{"tableName":"<table>"}`},

	// Lambda
	{Source: "lambda", Name: "Invoke", Weight: 22, By: program, Flags: data, Params: `{"functionName":"arn:aws:lambda:<region>:<account>:function:<function>","invocationType":"RequestResponse"}`, Extra: `{"customerEniId":"eni-0<hex:16>","functionVersion":"arn:aws:lambda:<region>:<account>:function:<function>:$LATEST"}`, Resources: functionRes},
	{Source: "lambda", Name: "GetFunction20150331v2", Weight: 4, By: person | tool, Params: `{"functionName":"<function>"}`},
	{Source: "lambda", Name: "ListFunctions20150331", Weight: 3, By: person | tool, Params: `{"maxItems":50}`},
	{
		Source: "lambda", Name: "UpdateFunctionConfiguration20150331v2", Weight: 1, By: tool, Flags: write, Params: `{"functionName":"<function>","timeout":30,"environment":{}}`,
		Response: `{"functionName":"<function>","functionArn":"arn:aws:lambda:<region>:<account>:function:<function>","runtime":"python3.12","role":"arn:aws:iam::<account>:role/<role>","handler":"main.handler","codeSize":<int:20000-9000000>,"timeout":30,"memorySize":512,"codeSha256":"<base64:43>=","version":"$LATEST","revisionId":"<guid>","state":"Active","lastUpdateStatus":"InProgress","packageType":"Zip","architectures":["arm64"]}`,
	},

	// EC2
	{Source: "ec2", Name: "DescribeInstances", Weight: 16, By: anybody, Params: `{"maxResults":1000,"instancesSet":{},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeInstances", Weight: 6, By: anybody, Params: `{"instancesSet":{"items":[<list:instance:1-12>]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeInstanceStatus", Weight: 6, By: anybody, Params: `{"instancesSet":{"items":[{"instanceId":"<instance>"}]},"filterSet":{},"includeAllInstances":false}`},
	{Source: "ec2", Name: "DescribeVolumes", Weight: 6, By: anybody, Params: `{"volumeSet":{"items":[{"volumeId":"<volume>"}]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeSecurityGroups", Weight: 6, By: anybody, Params: `{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"<securityGroup>"}]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeSubnets", Weight: 5, By: anybody, Params: `{"subnetSet":{"items":[{"subnetId":"<subnet>"}]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeVpcs", Weight: 4, By: anybody, Params: `{"vpcSet":{"items":[{"vpcId":"<vpc>"}]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeNetworkInterfaces", Weight: 6, By: anybody, Params: `{"networkInterfaceIdSet":{"items":[{"networkInterfaceId":"<interface>"}]},"filterSet":{}}`},
	{Source: "ec2", Name: "DescribeTags", Weight: 4, By: anybody, Params: `{"maxResults":1000,"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"<instance>"}]}}]}}`},
	{Source: "ec2", Name: "DescribeImages", Weight: 2, By: person | tool, Params: `{"executableBySet":{},"imagesSet":{"items":[{"imageId":"<image>"}]},"ownersSet":{},"filterSet":{}}`},
	{Source: "ec2", Name: "CreateTags", Weight: 2, By: program | tool, Flags: write, Params: `{"resourcesSet":{"items":[{"resourceId":"<instance>"}]},"tagSet":{"items":[<list:tag:1-6>]}}`, Response: `{"requestId":"<request>","_return":true}`},
	{
		Source: "ec2", Name: "CreateSnapshot", Weight: 2, By: program | tool, Flags: write, Params: `{"volumeId":"<volume>","description":"Created by backup plan <app>","tagSpecificationSet":{"items":[{"resourceType":"snapshot","tags":[<list:tag:1-4>]}]}}`,
		Response: `{"requestId":"<request>","snapshotId":"<snapshot>","volumeId":"<volume>","status":"pending","startTime":1772528400000,"progress":"","ownerId":"<account>","volumeSize":"<int:8-900>","encrypted":true}`,
	},
	{
		Source: "ec2", Name: "AuthorizeSecurityGroupIngress", Weight: 1, By: person | tool, Flags: write, Params: `{"groupId":"<securityGroup>","ipPermissions":{"items":[<list:rule:1-3>]}}`, Response: `{"requestId":"<request>","_return":true}`,
		Error: "Client.InvalidPermission.Duplicate", Message: "the specified rule already exists",
	},
	{Source: "ec2", Name: "RunInstances", Weight: 1, By: program | tool, Flags: write, Params: `{"instancesSet":{"items":[{"imageId":"<image>","minCount":1,"maxCount":1}]},"instanceType":"m7g.large","subnetId":"<subnet>","clientToken":"<guid>"}`, Response: `{"requestId":"<request>","reservationId":"r-0<hex:16>","ownerId":"<account>","groupSet":{},"instancesSet":{"items":[<list:launched:1-2>]}}`},
	{Source: "ec2", Name: "TerminateInstances", Weight: 1, By: program | tool, Flags: write, Params: `{"instancesSet":{"items":[{"instanceId":"<instance>"}]}}`, Response: `{"requestId":"<request>","instancesSet":{"items":[{"instanceId":"<instance>","currentState":{"code":32,"name":"shutting-down"},"previousState":{"code":16,"name":"running"}}]}}`},

	// Logs and monitoring
	{Source: "logs", Name: "CreateLogStream", Weight: 10, By: program, Flags: write, Params: `{"logGroupName":"<logGroup>","logStreamName":"<date:2006/01/02>/[$LATEST]<hex:32>"}`, Error: "ResourceAlreadyExistsException", Message: "The specified log stream already exists"},
	{Source: "logs", Name: "DescribeLogGroups", Weight: 5, By: person | tool, Params: `{"logGroupNamePrefix":"<logGroup>","limit":50}`},
	{Source: "logs", Name: "DescribeLogStreams", Weight: 5, By: person | program, Params: `{"logGroupName":"<logGroup>","orderBy":"LastEventTime","descending":true}`},
	{Source: "logs", Name: "FilterLogEvents", Weight: 3, By: person, Params: `{"logGroupName":"<logGroup>","startTime":17725<int:10000000-99999999>,"interleaved":true,"limit":10000}`},
	{Source: "monitoring", Name: "DescribeAlarms", Weight: 5, By: person | tool, Params: `{"maxRecords":100,"stateValue":"ALARM"}`},
	{Source: "monitoring", Name: "PutMetricAlarm", Weight: 1, By: tool, Flags: write, Params: `{"alarmName":"<app>-<noun>-errors","actionsEnabled":true,"alarmActions":["arn:aws:sns:<region>:<account>:<app>-alerts"],"metricName":"Errors","namespace":"AWS/Lambda","statistic":"Sum","dimensions":[{"name":"FunctionName","value":"<function>"}],"period":300,"evaluationPeriods":1,"threshold":1.0,"comparisonOperator":"GreaterThanOrEqualToThreshold","treatMissingData":"notBreaching"}`},

	// IAM, Organizations, other global services
	{Source: "iam", Name: "GetRole", Weight: 8, By: anybody, Flags: global, Params: `{"roleName":"<role>"}`, Host: "iam.amazonaws.com", Error: "NoSuchEntityException", Message: "The role with name <role> cannot be found."},
	{Source: "iam", Name: "ListAttachedRolePolicies", Weight: 6, By: person | tool, Flags: global, Params: `{"roleName":"<role>"}`, Host: "iam.amazonaws.com"},
	{Source: "iam", Name: "GetPolicyVersion", Weight: 4, By: person | tool, Flags: global, Params: `{"policyArn":"arn:aws:iam::<account>:policy/<app>-<noun>","versionId":"v<int:1-5>"}`, Host: "iam.amazonaws.com"},
	{Source: "iam", Name: "ListUsers", Weight: 3, By: person | tool, Flags: global, Host: "iam.amazonaws.com", Params: `{"maxItems":1000}`},
	{Source: "iam", Name: "AttachRolePolicy", Weight: 1, By: tool, Flags: global | write, Params: `{"roleName":"<role>","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}`, Host: "iam.amazonaws.com"},
	{
		Source: "iam", Name: "CreateRole", Weight: 1, By: tool, Flags: global | write, Host: "iam.amazonaws.com", Params: `{"roleName":"<role>","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"<principalService>\"},\"Action\":\"sts:AssumeRole\"}]}","tags":[<list:tag:1-4>]}`,
		Response: `{"role":{"path":"/","roleName":"<role>","roleId":"<rolePrincipal>","arn":"arn:aws:iam::<account>:role/<role>","createDate":"<date:Jan 2, 2006, 3:04:05 PM>"}}`,
	},
	{Source: "organizations", Name: "DescribeOrganization", Weight: 3, By: person | tool, Flags: global, Host: "organizations.us-east-1.amazonaws.com", Error: "AWSOrganizationsNotInUseException", Message: "Your account is not a member of an organization."},
	{Source: "organizations", Name: "ListAccounts", Weight: 3, By: person | tool, Flags: global, Params: `{"maxResults":20}`, Host: "organizations.us-east-1.amazonaws.com"},
	{Source: "health", Name: "DescribeEventAggregates", Weight: 6, By: person, Flags: global, Params: `{"aggregateField":"eventTypeCategory","filter":{"eventStatusCodes":["open","upcoming"],"startTimes":[{"from":"<date:Jan 2, 2006, 3:04:05 PM>"}]}}`},
	{Source: "ce", Name: "GetCostAndUsage", Weight: 2, By: person, Flags: global, Params: `{"timePeriod":{"start":"2026-02-01","end":"2026-03-01"},"granularity":"DAILY","metrics":["UnblendedCost"],"groupBy":[{"type":"DIMENSION","key":"SERVICE"}]}`},
	{Source: "route53", Name: "ChangeResourceRecordSets", Weight: 1, By: tool | program, Flags: global | write, Host: "route53.amazonaws.com", Params: `{"hostedZoneId":"Z0<upper:18>","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"<service>.example.com","type":"A","ttl":60,"resourceRecords":[{"value":"192.0.2.<int:1-254>"}]}}]}}`, Response: `{"changeInfo":{"status":"PENDING","id":"/change/C0<upper:18>","submittedAt":"<date:Jan 2, 2006, 3:04:05 PM>"}}`},
	{Source: "cloudfront", Name: "GetDistribution2020_05_31", Weight: 1, By: person | tool, Flags: global, Params: `{"id":"E<upper:13>"}`, Host: "cloudfront.amazonaws.com"},

	// The rest of the house
	{Source: "cloudtrail", Name: "DescribeTrails", Weight: 4, By: person | tool, Params: `{"includeShadowTrails":true,"trailNameList":[]}`},
	{Source: "cloudtrail", Name: "GetTrailStatus", Weight: 4, By: person | tool, Params: `{"name":"arn:aws:cloudtrail:us-east-1:<account>:trail/<trail>"}`},
	{Source: "cloudtrail", Name: "LookupEvents", Weight: 3, By: person, Params: `{"maxResults":50,"lookupAttributes":[{"attributeKey":"ReadOnly","attributeValue":"false"}]}`},
	{Source: "config", Name: "PutEvaluations", Weight: 5, By: program, Flags: write, Params: `{"evaluations":[<list:evaluation:1-6>],"resultToken":"<base64:160>","testMode":false}`, Response: `{"failedEvaluations":[]}`},
	{Source: "config", Name: "DescribeConfigRules", Weight: 4, By: person | tool, Params: `{"configRuleNames":["<configRule>"]}`},
	{Source: "config", Name: "SelectResourceConfig", Weight: 2, By: program, Params: `{"expression":"SELECT resourceId, resourceType, configuration.state.name WHERE resourceType = 'AWS::EC2::Instance' AND accountId = '<account>'","limit":100}`},
	{Source: "ssm", Name: "GetParameter", Weight: 12, By: program, Params: `{"name":"<parameter>","withDecryption":true}`, Resources: `[{"accountId":"<account>","ARN":"arn:aws:ssm:<region>:<account>:parameter<parameter>"}]`, Error: "ParameterNotFound", Message: "Parameter <parameter> not found."},
	{Source: "ssm", Name: "UpdateInstanceInformation", Weight: 12, By: program, Flags: write, Params: `{"instanceId":"<instance>","agentStatus":"Active","agentVersion":"3.3.2299.0","agentName":"amazon-ssm-agent","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"<privateIP>","computerName":"ip-10-0-0-<int:4-250>.<region>.compute.internal"}`},
	{Source: "ssm", Name: "DescribeInstanceInformation", Weight: 4, By: person | tool, Params: `{"filters":[{"key":"InstanceIds","values":["<instance>"]}],"maxResults":50}`},
	{Source: "secretsmanager", Name: "GetSecretValue", Weight: 10, By: program, Params: `{"secretId":"arn:aws:secretsmanager:<region>:<account>:secret:<secret>-<secretSuffix>"}`, Error: "ResourceNotFoundException", Message: "Secrets Manager can't find the specified secret."},
	{Source: "rds", Name: "DescribeDBInstances", Weight: 6, By: anybody, Params: `{"dBInstanceIdentifier":"<database>"}`},
	{
		Source: "rds", Name: "CreateDBSnapshot", Weight: 1, By: program | tool, Flags: write, Params: `{"dBInstanceIdentifier":"<database>","dBSnapshotIdentifier":"<database>-<hex:8>"}`,
		Response: `{"dBSnapshotIdentifier":"<database>-<hex:8>","dBInstanceIdentifier":"<database>","engine":"postgres","allocatedStorage":<int:20-900>,"status":"creating","port":5432,"availabilityZone":"<region>a","vpcId":"<vpc>","masterUsername":"<app>","engineVersion":"16.9","licenseModel":"postgresql-license","snapshotType":"manual","percentProgress":0,"storageType":"gp3","encrypted":true,"kmsKeyId":"arn:aws:kms:<region>:<account>:key/<kmsKey>","dBSnapshotArn":"arn:aws:rds:<region>:<account>:snapshot:<database>-<hex:8>","iAMDatabaseAuthenticationEnabled":true}`,
	},
	{Source: "eks", Name: "DescribeCluster", Weight: 5, By: anybody, Params: `{"name":"<cluster>"}`},
	{Source: "eks", Name: "AssumeRoleForPodIdentity", Weight: 5, By: program, Params: `{"clusterName":"<cluster>","token":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, Host: "eks-auth.<region>.api.aws"},
	{Source: "ecs", Name: "DescribeTasks", Weight: 6, By: program | tool, Params: `{"cluster":"<cluster>","tasks":["arn:aws:ecs:<region>:<account>:task/<cluster>/<hex:32>"]}`},
	{Source: "ecs", Name: "DescribeServices", Weight: 5, By: anybody, Params: `{"cluster":"<cluster>","services":["<service>"]}`},
	{Source: "ecs", Name: "SubmitTaskStateChange", Weight: 3, By: program, Flags: write, Params: `{"cluster":"<cluster>","task":"arn:aws:ecs:<region>:<account>:task/<cluster>/<hex:32>","status":"RUNNING","containers":[{"containerName":"<service>","networkBindings":[],"status":"RUNNING"}]}`, Response: `{"acknowledgment":"<hex:32>"}`},
	{Source: "ecr", Name: "BatchGetImage", Weight: 4, By: program | tool, Params: `{"registryId":"<account>","repositoryName":"<repository>","imageIds":[{"imageTag":"<hex:40>"}],"acceptedMediaTypes":["application/vnd.docker.distribution.manifest.v2+json","application/vnd.oci.image.manifest.v1+json"]}`, Resources: `[{"accountId":"<account>","ARN":"arn:aws:ecr:<region>:<account>:repository/<repository>"}]`},
	{Source: "ecr", Name: "GetAuthorizationToken", Weight: 3, By: program | tool},
	{Source: "elasticloadbalancing", Name: "DescribeTargetHealth", Weight: 6, By: program | tool, Params: `{"targetGroupArn":"arn:aws:elasticloadbalancing:<region>:<account>:targetgroup/<service>/<hex:16>"}`},
	{Source: "elasticloadbalancing", Name: "DescribeLoadBalancers", Weight: 4, By: person | tool, Params: `{"pageSize":400}`},
	{Source: "autoscaling", Name: "DescribeAutoScalingGroups", Weight: 5, By: anybody, Params: `{"autoScalingGroupNames":["<app>-<stage>-asg"]}`},
	{Source: "cloudformation", Name: "DescribeStacks", Weight: 4, By: tool | person, Params: `{"stackName":"arn:aws:cloudformation:<region>:<account>:stack/<stack>/<guid>"}`, Error: "ValidationError", Message: "Stack with id <stack> does not exist"},
	{Source: "sqs", Name: "GetQueueAttributes", Weight: 5, By: program | tool, Params: `{"attributeName":["ApproximateNumberOfMessages"],"queueUrl":"https://sqs.<region>.amazonaws.com/<account>/<queue>"}`},
	{Source: "sns", Name: "Publish", Weight: 4, By: program, Flags: data | write, Params: `{"topicArn":"arn:aws:sns:<region>:<account>:<app>-alerts","message":"HIDDEN_DUE_TO_SECURITY_REASONS","subject":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, Response: `{"messageId":"<guid>"}`},
	{Source: "events", Name: "PutRule", Weight: 1, By: tool, Flags: write, Params: `{"name":"<app>-<noun>","eventPattern":"{\"source\":[\"aws.ec2\"],\"detail-type\":[\"EC2 Instance State-change Notification\"]}","state":"ENABLED"}`, Response: `{"ruleArn":"arn:aws:events:<region>:<account>:rule/<app>-<noun>"}`},
	{Source: "states", Name: "StartExecution", Weight: 3, By: program, Flags: write, Params: `{"stateMachineArn":"arn:aws:states:<region>:<account>:stateMachine:<app>-<noun>","name":"<guid>","input":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, Response: `{"executionArn":"arn:aws:states:<region>:<account>:execution:<app>-<noun>:<guid>","startDate":"<date:Jan 2, 2006, 3:04:05 PM>"}`},
	{Source: "athena", Name: "GetQueryExecution", Weight: 3, By: person | program, Params: `{"queryExecutionId":"<guid>"}`},
	{Source: "glue", Name: "GetTable", Weight: 4, By: program, Params: `{"databaseName":"<app>","name":"<noun>"}`, Error: "EntityNotFoundException", Message: "Table <noun> not found."},
	{Source: "guardduty", Name: "ListFindings", Weight: 2, By: person | tool, Params: `{"detectorId":"<hex:32>","findingCriteria":{"criterion":{"service.archived":{"equals":["false"]}}},"maxResults":50}`},
	{Source: "securityhub", Name: "BatchImportFindings", Weight: 2, By: program, Flags: write, Params: `{"findings":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, Response: `{"failedCount":0,"failedFindings":[],"successCount":<int:1-100>}`},
	{Source: "backup", Name: "StartBackupJob", Weight: 1, By: program, Flags: write, Params: `{"backupVaultName":"<app>-vault","resourceArn":"arn:aws:rds:<region>:<account>:db:<database>","iamRoleArn":"arn:aws:iam::<account>:role/<role>"}`, Response: `{"backupJobId":"<guid>","creationDate":"<date:Jan 2, 2006, 3:04:05 PM>"}`},

	// The long tail: CloudTrail keeps up to 100 KB of requestParameters.
	{Source: "config", Name: "PutEvaluations", Rare: 1500, Flags: write, Params: `{"evaluations":[<list:evaluation:60-100>],"resultToken":"<base64:400>","testMode":false}`, Response: `{"failedEvaluations":[]}`},
	{Source: "ec2", Name: "RunInstances", Rare: 3000, Flags: write, Params: `{"instancesSet":{"items":[{"imageId":"<image>","minCount":20,"maxCount":40}]},"instanceType":"m7g.large","clientToken":"<guid>"}`, Response: `{"requestId":"<request>","reservationId":"r-0<hex:16>","ownerId":"<account>","instancesSet":{"items":[<list:launched:15-40>]}}`},
	{Source: "ec2", Name: "DescribeInstances", Rare: 1500, Params: `{"instancesSet":{"items":[<list:instance:100-400>]},"filterSet":{}}`},
	{Source: "ec2", Name: "AuthorizeSecurityGroupEgress", Rare: 4000, Flags: write, Params: `{"groupId":"<securityGroup>","ipPermissions":{"items":[<list:rule:20-60>]}}`, Response: `{"requestId":"<request>","_return":true}`},
	{Source: "s3", Name: "PutBucketPolicy", Rare: 3000, Flags: s3 | write, Host: bucketHost, Resources: bucketResource, Params: bucketQuery + `,"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[<list:statement:10-60>]}"}`},
	{Source: "ssm", Name: "PutInventory", Rare: 1200, Flags: write, Params: `{"instanceId":"<instance>","items":[<list:item:8-60>]}`},
	{Source: "events", Name: "PutEvents", Rare: 1200, Flags: write, Params: `{"entries":[<list:event:10-60>]}`, Response: `{"failedEntryCount":0,"entries":[]}`},
	{Source: "glue", Name: "BatchCreatePartition", Rare: 20000, Flags: write, Params: `{"databaseName":"<app>","tableName":"<noun>","partitionInputList":[<list:partition:100-155>]}`, Response: `{"errors":[]}`},
}
