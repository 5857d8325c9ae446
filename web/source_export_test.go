package web

// TroubleKey is troubleKey, for tests.
func TroubleKey(reason string) string { return troubleKey(reason) }
