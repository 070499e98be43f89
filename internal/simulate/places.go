package simulate

// ExampleAccounts are account numbers that AWS's documentation uses; the first is
// the management account of simulated organisations.
var ExampleAccounts = []string{
	"111122223333", "444455556666", "123456789012", "777788889999", "111111111111", "222222222222",
	"333333333333", "444444444444", "555555555555", "666666666666", "777777777777", "888888888888", "999999999999",
}

// ExampleRegions are the Regions of a corpus, the busiest first.
var ExampleRegions = []string{
	"us-east-1", "eu-west-1", "us-west-2", "eu-central-1", "us-east-2", "ap-southeast-2", "eu-north-1",
	"ap-northeast-1", "ca-central-1", "sa-east-1", "ap-south-1", "eu-west-2",
}
