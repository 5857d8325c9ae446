package vigie

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// ObsStatus says what kind of number a value is, or why there is none. The
// letters are those of the code list CL_OBS_STATUS of SDMX.
type ObsStatus string

// The statuses that vigie knows. The last three mean that there is no value.
const (
	Normal             ObsStatus = "A"
	SeriesBreak        ObsStatus = "B"
	DefinitionDiffers  ObsStatus = "D"
	Estimated          ObsStatus = "E"
	Forecast           ObsStatus = "F"
	Imputed            ObsStatus = "I"
	Provisional        ObsStatus = "P"
	LowReliability     ObsStatus = "U"
	NotSignificant     ObsStatus = "N"
	Unvalidated        ObsStatus = "V"
	MissingCannotExist ObsStatus = "M"
	MissingNotAsked    ObsStatus = "L"
	MissingSuppressed  ObsStatus = "Q"
)

// ObsStatuses returns all statuses, [Normal] first and the missing ones last.
func ObsStatuses() []ObsStatus {
	return []ObsStatus{
		Normal, SeriesBreak, DefinitionDiffers, Estimated, Forecast, Imputed, Provisional,
		LowReliability, NotSignificant, Unvalidated, MissingCannotExist, MissingNotAsked, MissingSuppressed,
	}
}

// ParseObsStatus reads a letter of SDMX in upper case or a flag of Eurostat in
// lower case ("b", "c", "d", "e", "f", "i", "m", "n", "p", "s", "u", "z"); "" and
// "r" are [Normal], for a revision is a vintage of its own here. The error is an
// [InvalidError].
func ParseObsStatus(s string) (ObsStatus, error) {
	if up := ObsStatus(s); up.Valid() {
		return up, nil
	}
	switch s {
	case "", "r":
		return Normal, nil
	case "b", "d", "e", "f", "i", "p", "u", "n", "m":
		return ObsStatus(strings.ToUpper(s)), nil
	case "s":
		return Imputed, nil
	case "z":
		return MissingCannotExist, nil
	case "c":
		return MissingSuppressed, nil
	default:
		return "", &InvalidError{Field: "status", Reason: fmt.Sprintf("%.20q is not a status such as A, E, P or Q", s)}
	}
}

// Valid reports whether s is one of the statuses.
func (s ObsStatus) Valid() bool { return slices.Contains(ObsStatuses(), s) }

// Missing reports whether s says that there is no value.
func (s ObsStatus) Missing() bool {
	return s == MissingCannotExist || s == MissingNotAsked || s == MissingSuppressed
}

// Breakdowns say which part of the whole a value counts: dimension -> code, for
// example {"SEX": "F", "AGE": "Y15T24"}. None means the total.
type Breakdowns map[string]string

// String returns the breakdowns in alphabetical order: "AGE=Y15T24,SEX=F".
func (b Breakdowns) String() string {
	var s strings.Builder
	for i, k := range slices.Sorted(maps.Keys(b)) {
		if i > 0 {
			s.WriteByte(',')
		}
		s.WriteString(k + "=" + b[k])
	}
	return s.String()
}

// Observation is one value of an indicator for one place and one period: one
// flat row in the concepts of SDMX. A published observation is superseded by one
// of a later [Vintage] and never overwritten.
type Observation struct {
	// RefArea is where: a country as ISO 3166-1 alpha-3 ("MAR"), or a grouping by
	// the code of its publisher ("ARB").
	RefArea string `json:"ref_area"`
	// Indicator is what was measured.
	Indicator IndicatorID `json:"indicator"`
	// Period is when.
	Period Period `json:"time_period"`
	// Freq is the frequency of the series; that of Period.
	Freq Frequency `json:"freq"`
	// Breakdowns say which part of the whole; none for the total.
	Breakdowns Breakdowns `json:"breakdowns,omitempty"`
	// Value as published; "" where Status says why there is none.
	Value Decimal `json:"obs_value,omitempty"`
	// Status says what kind of number Value is.
	Status ObsStatus `json:"obs_status"`
	// UnitMeasure is the code of the unit, denominator included: "SUBS_PER_100".
	UnitMeasure string `json:"unit_measure,omitempty"`
	// Decimals is how many digits after the point are meant to be read.
	Decimals int `json:"decimals"`
	// Source names who measured or estimated this very value.
	Source string `json:"source,omitempty"`
	// Note is a remark on this very value, in the words of its source.
	Note string `json:"note,omitempty"`
	// Vintage is the publication that this observation came with.
	Vintage VintageID `json:"vintage,omitempty"`
}

// ObservationKey tells which number an observation is, whatever its vintage.
type ObservationKey struct {
	Indicator  IndicatorID
	RefArea    string
	Breakdowns string // as Breakdowns.String writes them
	Period     Period
}

// Key returns which number o is.
func (o Observation) Key() ObservationKey {
	return ObservationKey{Indicator: o.Indicator, RefArea: o.RefArea, Breakdowns: o.Breakdowns.String(), Period: o.Period}
}

// Compare orders keys by indicator, area, breakdowns and period.
func (k ObservationKey) Compare(l ObservationKey) int {
	for _, c := range []int{
		strings.Compare(string(k.Indicator), string(l.Indicator)), strings.Compare(k.RefArea, l.RefArea),
		strings.Compare(k.Breakdowns, l.Breakdowns), k.Period.Compare(l.Period),
	} {
		if c != 0 {
			return c
		}
	}
	return 0
}

// Bounds of an observation, in bytes and in number.
const (
	longestCode       = 40
	longestNote       = 4000
	mostBreakdowns    = 12
	mostDecimals      = 20
	longestIndicator  = 60
	longestSourceName = 500
)

// Check returns an [InvalidError] for the first fault of o: a value and a status
// must agree, as there is either a number or a reason why there is none.
func (o Observation) Check() error {
	switch {
	case !ValidCode(o.RefArea):
		return &InvalidError{Field: "area", Reason: fmt.Sprintf("%.40q is not a code such as MAR", o.RefArea)}
	case !o.Indicator.Valid():
		return &InvalidError{Field: "indicator", Reason: fmt.Sprintf("%.60q is not a name such as fixed-broadband", string(o.Indicator))}
	case o.Period.IsZero() || o.Freq != o.Period.Frequency():
		return &InvalidError{Field: "period", Reason: "is missing, or of another frequency"}
	case !o.Status.Valid():
		return &InvalidError{Field: "status", Reason: fmt.Sprintf("%.20q is not a status such as A, E, P or Q", string(o.Status))}
	case o.Value == "" && !o.Status.Missing():
		return &InvalidError{Field: "value", Reason: "is missing, and the status " + string(o.Status) + " does not say why (M, L or Q do)"}
	case o.Value != "" && o.Status.Missing():
		return &InvalidError{Field: "value", Reason: "stands beside the status " + string(o.Status) + ", which says that there is none"}
	case o.Value != "" && !o.Value.Valid():
		return &InvalidError{Field: "value", Reason: fmt.Sprintf("%.40q is not a number such as 7.02", string(o.Value))}
	case o.UnitMeasure != "" && !ValidCode(o.UnitMeasure):
		return &InvalidError{Field: "unit", Reason: fmt.Sprintf("%.40q is not a code such as SUBS_PER_100", o.UnitMeasure)}
	case o.Decimals < 0 || o.Decimals > mostDecimals:
		return &InvalidError{Field: "decimals", Reason: "must lie between 0 and 20"}
	case len(o.Note) > longestNote:
		return &InvalidError{Field: "note", Reason: "is longer than 4000 bytes"}
	case len(o.Source) > longestSourceName:
		return &InvalidError{Field: "source", Reason: "is longer than 500 bytes"}
	}
	return o.Breakdowns.check()
}

func (b Breakdowns) check() error {
	if len(b) > mostBreakdowns {
		return &InvalidError{Field: "breakdowns", Reason: "are more than 12"}
	}
	for _, k := range slices.Sorted(maps.Keys(b)) {
		if !ValidCode(k) || !ValidCode(b[k]) {
			return &InvalidError{Field: "breakdowns", Reason: fmt.Sprintf("%.40q = %.40q are not codes such as SEX = F", k, b[k])}
		}
	}
	return nil
}

// ValidCode reports whether s has the form of a code of SDMX: 1 to 40 letters,
// digits and the signs _ @ $ - (IDType of the SDMX schemas).
func ValidCode(s string) bool {
	if s == "" || len(s) > longestCode {
		return false
	}
	for i := range len(s) {
		if !isAlnum(s[i]) && !strings.ContainsRune("_@$-", rune(s[i])) {
			return false
		}
	}
	return true
}

// VintageID names one publication of values for ever. It is a ULID, so vintages
// sort by the time they were taken in.
type VintageID string

// Vintage is one publication of values: those of an import, or of a computation.
// What was known at a vintage is the newest observation of each key among that
// vintage and all earlier ones.
type Vintage struct {
	ID VintageID `json:"id"`
	// Indicators are those of which the vintage brought values.
	Indicators []IndicatorID `json:"indicators"`
	// Released is when the values became known here.
	Released time.Time `json:"released"`
	// Edition is what the source calls this publication: "WDI 2026-07-01".
	Edition string `json:"edition,omitempty"`
	// File is the hash of the imported file; "" where values were computed.
	File Hash `json:"file,omitempty"`
	// By says who took the values in.
	By string `json:"by,omitempty"`
	// Note says why, for example what was corrected.
	Note string `json:"note,omitempty"`
	// Added, Revised and Rounded count the values that were new, changed beyond
	// rounding, and changed by rounding only.
	Added   int `json:"added"`
	Revised int `json:"revised"`
	Rounded int `json:"rounded"`
}
