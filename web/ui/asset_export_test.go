package ui

// StrippedCSS shows what is left of a style sheet to tests.
func StrippedCSS(sheet string) string { return string(strippedCSS([]byte(sheet))) }
