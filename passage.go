package vigie

// Passage is a quotation that can be checked: words of one revision of a
// document, with enough around them to find them again. The selectors are those
// of the W3C Web Annotation data model, section 4.2.4 (TextQuoteSelector) and
// 4.2.5 (TextPositionSelector).
type Passage struct {
	Document DocumentID `json:"document"`
	Revision int        `json:"revision"`
	// Page is the page of the original, from 1; 0 where there are no pages.
	Page int `json:"page,omitempty"`
	// Exact are the quoted words; Prefix and Suffix what stands around them.
	Exact  string `json:"exact"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Start and End are positions in [PlainText] of the body, in characters.
	Start int `json:"start"`
	End   int `json:"end"`
}
