package vigie_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"vigie"
)

func period(s string) vigie.Period {
	p, err := vigie.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

func sampleIndicator() vigie.Indicator {
	return vigie.Indicator{
		ID: "fixed-broadband", Name: vigie.Text{vigie.French: "Abonnements fixes à haut débit", vigie.Arabic: "الاشتراكات"},
		Definition: vigie.Text{vigie.English: "Fixed subscriptions of at least 256 kbit/s."},
		Unit:       vigie.Text{vigie.French: "pour 100 habitants"}, UnitMeasure: "SUBS_PER_100", Decimals: 2, Freq: vigie.Annual,
		Publisher: "Office exemple", Source: "Collection exemple", SourceURL: "https://example.org/data?a=1&b=2", Licence: "CC BY 4.0",
		Formula: "lines / people * 100", Codes: []vigie.IndicatorCode{{Scheme: "CORE", Edition: "2022", Code: "A3"}}, Topics: []string{"access"},
	}
}

func sampleObservation() vigie.Observation {
	return vigie.Observation{
		RefArea: "MAR", Indicator: "fixed-broadband", Period: period("2016"), Freq: vigie.Annual,
		Breakdowns: vigie.Breakdowns{"SEX": "F", "AGE": "Y15T24"}, Value: "3.5845", Status: vigie.Provisional, UnitMeasure: "SUBS_PER_100",
		Decimals: 2, Source: "Estimation <exemple>", Note: "Révisé & relu", Vintage: "01KAMV1N000000000000000001",
	}
}

func sampleVintage() vigie.Vintage {
	return vigie.Vintage{
		ID: "01KAMV1N000000000000000001", Indicators: []vigie.IndicatorID{"fixed-broadband"}, Released: at(10), Edition: "2026-07-01",
		File: vigie.HashOf([]byte("file")), By: "Amina", Note: "Correction de 2016", Added: 5, Revised: 1, Rounded: 110,
	}
}

func TestIndicatorID(t *testing.T) {
	for id, want := range map[vigie.IndicatorID]bool{
		"fixed-broadband": true, "a": true, "a1-2b": true, "": false, "-a": false, "a-": false, "a--b": false, "1a": false, "A": false,
		"a b": false, "é": false, "a/b": false, vigie.IndicatorID(strings.Repeat("a", 60)): true, vigie.IndicatorID(strings.Repeat("a", 61)): false,
	} {
		if got := id.Valid(); got != want {
			t.Errorf("%q valid: %v", id, got)
		}
	}
}

func TestIndicatorCheck(t *testing.T) {
	if err := sampleIndicator().Check(); err != nil {
		t.Error(err)
	}
	for field, spoil := range map[string]func(*vigie.Indicator){
		"id":           func(i *vigie.Indicator) { i.ID = "Fixed" },
		"name":         func(i *vigie.Indicator) { i.Name = vigie.Text{vigie.French: ""} },
		"freq":         func(i *vigie.Indicator) { i.Freq = "D" },
		"decimals":     func(i *vigie.Indicator) { i.Decimals = 21 },
		"unit_measure": func(i *vigie.Indicator) { i.UnitMeasure = "per 100" },
		"source_url":   func(i *vigie.Indicator) { i.SourceURL = "javascript:alert(1)" },
	} {
		i := sampleIndicator()
		spoil(&i)
		wantField(t, i.Check(), field)
	}
}

func TestObservationCheck(t *testing.T) {
	if err := sampleObservation().Check(); err != nil {
		t.Error(err)
	}
	missing := sampleObservation()
	missing.Value, missing.Status = "", vigie.MissingSuppressed
	if err := missing.Check(); err != nil {
		t.Error(err)
	}
	for name, test := range map[string]struct {
		field string
		spoil func(*vigie.Observation)
	}{
		"no value, no reason": {"value", func(o *vigie.Observation) { o.Value = "" }},
		"value and reason":    {"value", func(o *vigie.Observation) { o.Status = vigie.MissingNotAsked }},
		"value not plain":     {"value", func(o *vigie.Observation) { o.Value = "3,58" }},
		"unknown status":      {"status", func(o *vigie.Observation) { o.Status = "X" }},
		"no area":             {"area", func(o *vigie.Observation) { o.RefArea = "" }},
		"area in words":       {"area", func(o *vigie.Observation) { o.RefArea = "Maroc, Royaume du" }},
		"indicator":           {"indicator", func(o *vigie.Observation) { o.Indicator = "../x" }},
		"no period":           {"period", func(o *vigie.Observation) { o.Period = vigie.Period{} }},
		"another frequency":   {"period", func(o *vigie.Observation) { o.Freq = vigie.Monthly }},
		"unit":                {"unit", func(o *vigie.Observation) { o.UnitMeasure = "%" }},
		"decimals":            {"decimals", func(o *vigie.Observation) { o.Decimals = -1 }},
		"breakdowns":          {"breakdowns", func(o *vigie.Observation) { o.Breakdowns = vigie.Breakdowns{"SEX": "F=1,"} }},
		"note":                {"note", func(o *vigie.Observation) { o.Note = strings.Repeat("n", 4001) }},
		"source":              {"source", func(o *vigie.Observation) { o.Source = strings.Repeat("n", 501) }},
	} {
		t.Run(name, func(t *testing.T) {
			o := sampleObservation()
			o.Breakdowns = maps.Clone(o.Breakdowns)
			test.spoil(&o)
			wantField(t, o.Check(), test.field)
		})
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	var invalid *vigie.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != field {
		t.Errorf("error %v, want one of the field %s", err, field)
	}
}

func TestObservationKey(t *testing.T) {
	a, b := sampleObservation(), sampleObservation()
	b.Value, b.Vintage, b.Note = "3.6", "", ""
	if a.Key() != b.Key() || a.Key().Breakdowns != "AGE=Y15T24,SEX=F" {
		t.Errorf("keys %v and %v", a.Key(), b.Key())
	}
	b.Breakdowns = nil
	if a.Key() == b.Key() || a.Key().Compare(b.Key()) != 1 || b.Key().Compare(a.Key()) != -1 || a.Key().Compare(a.Key()) != 0 {
		t.Error("keys are not in order")
	}
}

func TestParseObsStatus(t *testing.T) {
	for s, want := range map[string]vigie.ObsStatus{
		"": "A", "A": "A", "P": "P", "p": "P", "e": "E", "s": "I", "c": "Q", "z": "M", "m": "M", "r": "A", "b": "B", "L": "L", "Q": "Q",
	} {
		if got, err := vigie.ParseObsStatus(s); err != nil || got != want {
			t.Errorf("ParseObsStatus(%q) = %q, %v, want %q", s, got, err, want)
		}
	}
	for _, s := range []string{"C", "x", "AA", "provisional", " "} {
		if got, err := vigie.ParseObsStatus(s); err == nil {
			t.Errorf("ParseObsStatus(%q) = %q", s, got)
		}
	}
	missing := 0
	for _, s := range vigie.ObsStatuses() {
		if s.Missing() {
			missing++
		}
	}
	if len(vigie.ObsStatuses()) != 13 || missing != 3 {
		t.Errorf("%d statuses, %d missing", len(vigie.ObsStatuses()), missing)
	}
}
