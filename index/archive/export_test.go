package archive

import "io"

// VerifyWithin is Verify with another bound for the length of a line.
func VerifyWithin(r io.Reader, longest int) (Report, error) { return verify(r, longest) }
