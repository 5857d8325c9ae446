package locale

import (
	"fmt"
	"maps"
	"slices"

	"vigie"
)

// anyCountry stands for the countries that no set of months names.
const anyCountry = "*"

// months are what some countries call them: Arabic has several sets of names (CLDR
// 48, ar-MA, ar-DZ, ar-TN, ar-MR, ar-IQ, ar-JO, ar-LB, ar-PS, ar-SY and ar).
type months struct {
	// Countries as ISO 3166-1 alpha-3, or "*" for those of no other set.
	Countries []string `json:"countries"`
	// Months are twelve, January first; none means those of the language.
	Months []string `json:"months"`
}

// In returns the printer for readers of a country (ISO 3166-1 alpha-3), which says
// months as that country does. "" is no country, and leaves p as it is.
func (p *Printer) In(country string) *Printer {
	if country == "" {
		return p
	}
	if at := p.countries[country]; at != nil {
		return at
	}
	if at := p.countries[anyCountry]; at != nil {
		return at
	}
	return p
}

// settle makes the printers for the sets of months of a catalogue; name is that of
// its file.
func (p *Printer) settle(name string) error {
	countries := map[string]*Printer{}
	for _, set := range slices.Sorted(maps.Keys(p.file.MonthsBy)) {
		by := p.file.MonthsBy[set]
		at := p
		if len(by.Months) > 0 {
			other := *p
			other.file.Months = by.Months
			at = &other
		}
		if len(at.file.Months) != 12 || len(by.Countries) == 0 {
			return &vigie.InvalidError{Field: name + ": " + set, Reason: "needs countries and, if any, twelve months"}
		}
		for _, country := range by.Countries {
			if countries[country] != nil {
				return &vigie.InvalidError{Field: name + ": " + set, Reason: fmt.Sprintf("has %s, which another set has too", country)}
			}
			countries[country] = at
		}
	}
	p.countries = countries
	for _, at := range countries {
		at.countries = countries
	}
	return nil
}
