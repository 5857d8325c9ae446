package vigie

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Settings are what the observatory decides in the browser; what concerns the
// machine stands in its configuration file. The zero value is not valid: begin
// with [DefaultSettings].
type Settings struct {
	// Name of the observatory, Motto the line below it, Footer the words at the
	// foot of public pages.
	Name   Text `json:"name"`
	Motto  Text `json:"motto,omitempty"`
	Footer Text `json:"footer,omitempty"`
	// Languages are those of the portal, in the order of its switch; Default is
	// the one of those whose wish is unknown.
	Languages []Lang `json:"languages"`
	Default   Lang   `json:"default"`
	// Country is the observatory's, as ISO 3166-1 alpha-3 ("MAR"). It sets which
	// names Arabic months have, and which place figures are about at first.
	Country string `json:"country,omitempty"`
	// TimeZone is a name of the IANA data base: "Africa/Casablanca".
	TimeZone string `json:"time_zone"`
	// Accent and Warm replace two colours of the style sheet: "#0b5a62". "" keeps
	// those of vigie.
	Accent string `json:"accent,omitempty"`
	Warm   string `json:"warm,omitempty"`
	// Rules are those of publishing.
	Rules Rules `json:"rules"`
	// KeyFigures stand on the portal's first page, in this order.
	KeyFigures []Embed     `json:"key_figures,omitempty"`
	Digest     DigestTimes `json:"digest"`
	// Sample says that everything here is made up: every page says so, and robots
	// are asked to stay away.
	Sample bool `json:"sample,omitempty"`
}

// DigestTimes say when the digest goes out, in the observatory's time zone.
type DigestTimes struct {
	// Hour of the day, 0 to 23.
	Hour int `json:"hour"`
	// Weekday of the weekly issue, 0 for Sunday; Day of the monthly one, 1 to 28.
	Weekday time.Weekday `json:"weekday"`
	Day     int          `json:"day"`
	// Hold is how long a composed issue waits for somebody to cancel it.
	Hold time.Duration `json:"hold"`
	// Intro are the words above every issue.
	Intro Text `json:"intro,omitempty"`
}

// DefaultSettings are those of an observatory that decided nothing yet.
func DefaultSettings() Settings {
	return Settings{
		Name:      Text{French: "Observatoire", Arabic: "المرصد", English: "Observatory"},
		Languages: []Lang{French, Arabic, English},
		Default:   French,
		TimeZone:  "UTC",
		Digest:    DigestTimes{Hour: 7, Weekday: time.Monday, Day: 1, Hold: 10 * time.Minute},
	}
}

// The bounds of settings.
const (
	longestName    = 120 // characters
	mostKeyFigures = 12
	longestHold    = 24 * time.Hour
	longestFooter  = 2000
)

// Check returns an [InvalidError] for the first fault of s.
func (s Settings) Check() error {
	name, _ := s.Name.In(s.Default)
	switch {
	case name == "":
		return &InvalidError{Field: "name", Reason: "is missing"}
	case len(s.Languages) == 0:
		return &InvalidError{Field: "languages", Reason: "are missing"}
	case !slices.Contains(s.Languages, s.Default):
		return &InvalidError{Field: "default", Reason: fmt.Sprintf("%q is none of the languages of the portal", s.Default)}
	case s.Country != "" && !regexp.MustCompile(`^[A-Z]{3}$`).MatchString(s.Country):
		return &InvalidError{Field: "country", Reason: fmt.Sprintf("%.20q is not a code of three letters such as MAR", s.Country)}
	case !colour(s.Accent):
		return &InvalidError{Field: "accent", Reason: "is not a colour such as #0b5a62"}
	case !colour(s.Warm):
		return &InvalidError{Field: "warm", Reason: "is not a colour such as #96390f"}
	case len(s.KeyFigures) > mostKeyFigures:
		return &InvalidError{Field: "key_figures", Reason: fmt.Sprintf("are more than %d", mostKeyFigures)}
	}
	if _, err := time.LoadLocation(s.TimeZone); err != nil || s.TimeZone == "" || s.TimeZone == "Local" {
		return &InvalidError{Field: "time_zone", Reason: fmt.Sprintf("%.60q is not a name such as Africa/Casablanca", s.TimeZone)}
	}
	for _, text := range []Text{s.Name, s.Motto, s.Footer, s.Digest.Intro} {
		for lang, words := range text {
			if len(words) > longestFooter {
				return &InvalidError{Field: "text", Reason: fmt.Sprintf("in %s is longer than %d bytes", lang, longestFooter)}
			}
		}
	}
	for lang, words := range s.Name {
		if len([]rune(words)) > longestName {
			return &InvalidError{Field: "name", Reason: fmt.Sprintf("in %s is longer than %d characters", lang, longestName)}
		}
	}
	return s.Digest.check()
}

func (d DigestTimes) check() error {
	switch {
	case d.Hour < 0 || d.Hour > 23:
		return &InvalidError{Field: "hour", Reason: "must lie between 0 and 23"}
	case d.Weekday < time.Sunday || d.Weekday > time.Saturday:
		return &InvalidError{Field: "weekday", Reason: "must lie between 0 (Sunday) and 6"}
	case d.Day < 1 || d.Day > 28:
		return &InvalidError{Field: "day", Reason: "must lie between 1 and 28, so that every month has it"}
	case d.Hold < 0 || d.Hold > longestHold:
		return &InvalidError{Field: "hold", Reason: "must lie between 0 and 24 hours"}
	}
	return nil
}

// colour reports whether s is "" or "#" and six hexadecimal digits.
func colour(s string) bool {
	return s == "" || regexp.MustCompile(`^#[0-9a-fA-F]{6}$`).MatchString(s)
}

// Location returns the observatory's time zone, and UTC where it has none.
func (s Settings) Location() *time.Location {
	if at, err := time.LoadLocation(s.TimeZone); err == nil {
		return at
	}
	return time.UTC
}

// Topic is a subject that syntheses and indicators are filed under.
type Topic struct {
	// ID stands in addresses: "fixed-broadband".
	ID     string `json:"id"`
	Labels Text   `json:"labels"`
}

// Check returns an [InvalidError] for the first fault of t.
func (t Topic) Check() error {
	label, _ := t.Labels.In(French)
	switch {
	case !IndicatorID(t.ID).Valid():
		return &InvalidError{Field: "id", Reason: fmt.Sprintf("%.60q is not a name such as fixed-broadband", t.ID)}
	case label == "":
		return &InvalidError{Field: "label", Reason: "is missing"}
	}
	for lang, words := range t.Labels {
		if len([]rune(words)) > longestName {
			return &InvalidError{Field: "label", Reason: fmt.Sprintf("in %s is longer than %d characters", lang, longestName)}
		}
	}
	return nil
}
