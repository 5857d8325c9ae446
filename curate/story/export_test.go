package story

// Plain shows how a rune is taken apart the short way, if it is.
func Plain(r rune) (rune, bool) { return plain(r) }

// FoldDigit shows how digits are folded.
func FoldDigit(r rune) rune { return foldDigit(r) }
