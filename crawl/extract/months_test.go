package extract_test

import (
	"testing"
	"time"

	"vigie/crawl/extract"
)

func TestDate(t *testing.T) {
	for _, tc := range []struct{ in, want string }{
		{"", ""},
		{"2026-03-12T09:00:00+01:00", "2026-03-12T08:00:00Z"},
		{"2026-03-12 09:00", "2026-03-12"},
		{"12 mars 2026", "2026-03-12"},
		{"Publié le jeudi 1er janvier 2026 à 10:30", "2026-01-01"},
		{"MARS 2026", "2026-03"},
		{"mar. 14 avril 2026", "2026-04-14"},
		{"le 3 aou\u0302t 2025", "2025-08-03"},
		{"March 12th, 2026", "2026-03-12"},
		{"Thu, 12 Mar 2026", "2026-03-12"},
		{"12 de marzo de 2026", "2026-03-12"},
		{"12 مارس 2026", "2026-03-12"},
		{"١٢ غشت ٢٠٢٥", "2025-08-12"},
		{"الخميس 12 شباط/فبراير 2026", "2026-02-12"},
		{"12/03/2026", "2026-03-12"},
		{"03/25/2026", "2026-03-25"},
		{"2026/3/12", "2026-03-12"},
		{"31 février 2026", ""},
		{"31/02/2026", ""},
		{"12/03/26", ""},
		{"hier", ""},
		{"il y a 3 jours", ""},
		{"12 mars", ""},
		{"2026", "2026"},
		{"0001-01-01", ""},
		{"1970-01-01T00:00:00Z", ""},
		{"99999999999999999999 mars 2026", "2026-03"},
	} {
		if got := extract.Date(tc.in).String(); got != tc.want {
			t.Errorf("Date(%q) = %q, want %q", tc.in, got, tc.want)
		}
	}
}

func TestMonth(t *testing.T) {
	for name, want := range map[string]time.Month{
		"JANVIER": 1, "févr.": 2, "fe\u0301vrier": 2, "aou\u0302t": 8, "Set.": 9, "diciembre": 12, "Sept": 9,
		"آذار": 3, "اذار": 3, "إبريل": 4, "يونيه": 6, "یولیو": 7, "آب": 8, "كانون": 0, "كانونالثاني": 1, "کانونالأول": 12,
		"": 0, ".": 0, "marc": 0, "janu": 0, "12": 0, "mois": 0,
	} {
		if got := extract.Month(name); got != want {
			t.Errorf("Month(%q) = %d, want %d", name, got, want)
		}
	}
}
