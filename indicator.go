package vigie

import (
	"fmt"
	"net/url"
)

// IndicatorID names an indicator for ever: lower-case words of letters and
// digits, the first with a letter in front, joined by hyphens. Example:
// "fixed-broadband". It stands in addresses and in formulas.
type IndicatorID string

// Valid reports whether id has the form of an indicator's name, at most 60
// characters long.
func (id IndicatorID) Valid() bool {
	if id == "" || len(id) > longestIndicator || id[0] < 'a' || id[0] > 'z' || id[len(id)-1] == '-' {
		return false
	}
	for i := range len(id) {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
		case c == '-' && id[i-1] != '-':
		default:
			return false
		}
	}
	return true
}

// Indicator is something that is measured again and again: what the numbers
// mean, who publishes them, and under which terms.
type Indicator struct {
	ID IndicatorID `json:"id"`
	// Name, Definition and Unit are written for readers. The unit includes its
	// denominator: "subscriptions per 100 inhabitants".
	Name       Text `json:"name"`
	Definition Text `json:"definition,omitempty"`
	Unit       Text `json:"unit"`
	// UnitMeasure is the unit as a code: "SUBS_PER_100".
	UnitMeasure string `json:"unit_measure,omitempty"`
	// Decimals is how many digits after the point are shown, and kept of a
	// computed value.
	Decimals int `json:"decimals"`
	// Freq is how often there is a value.
	Freq Frequency `json:"freq"`
	// Publisher makes the numbers; Source names the collection they come from.
	Publisher string `json:"publisher,omitempty"`
	Source    string `json:"source,omitempty"`
	SourceURL string `json:"source_url,omitempty"`
	// Licence under which the numbers may be passed on: "CC BY 4.0".
	Licence string `json:"licence,omitempty"`
	// Formula computes the values from other indicators; "" where they are
	// imported. Package curate/indicator reads it.
	Formula string `json:"formula,omitempty"`
	// Codes are the names that others have for it.
	Codes []IndicatorCode `json:"codes,omitempty"`
	// Topics are the identities of topics.
	Topics []string `json:"topics,omitempty"`
}

// IndicatorCode is the name of an indicator in somebody else's list. The edition
// belongs to it: ITU code A3 meant fixed Internet in the list of 2010 and fixed
// broadband in later ones.
type IndicatorCode struct {
	// Scheme is the list: "WDI", "SDG", "CORE".
	Scheme string `json:"scheme"`
	// Edition of the list, where its codes change their meaning.
	Edition string `json:"edition,omitempty"`
	Code    string `json:"code"`
}

// Check returns an [InvalidError] for the first fault of i.
func (i Indicator) Check() error {
	name, _ := i.Name.In(French)
	switch {
	case !i.ID.Valid():
		return &InvalidError{Field: "id", Reason: fmt.Sprintf("%.60q is not a name such as fixed-broadband", string(i.ID))}
	case name == "":
		return &InvalidError{Field: "name", Reason: "is missing"}
	case i.Freq.PerYear() == 0:
		return &InvalidError{Field: "freq", Reason: fmt.Sprintf("%.20q is none of A, S, Q, M", string(i.Freq))}
	case i.Decimals < 0 || i.Decimals > mostDecimals:
		return &InvalidError{Field: "decimals", Reason: "must lie between 0 and 20"}
	case i.UnitMeasure != "" && !ValidCode(i.UnitMeasure):
		return &InvalidError{Field: "unit_measure", Reason: fmt.Sprintf("%.40q is not a code such as SUBS_PER_100", i.UnitMeasure)}
	case i.SourceURL != "" && !webAddress(i.SourceURL):
		return &InvalidError{Field: "source_url", Reason: "is not an address that begins with https:// or http://"}
	}
	return nil
}

// webAddress reports whether s may stand in a link: a script address may not.
func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}
