package extract

// What the tests of the pipe between a parent and its child need.
var (
	EncodeFile    = encodeFile
	EncodeRefusal = encodeRefusal
	DecodeReport  = decodeReport
	PageWithin    = pageWithin
)

// MaxReportAnswer is the bound of an answer.
const MaxReportAnswer = maxReportAnswer
