package vigie_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vigie"
	"vigie/vigietest"
)

const (
	sourceID   = vigie.SourceID("01KAMSRC000000000000000001")
	documentID = vigie.DocumentID("01KAMD0C000000000000000001")
	captureID  = vigie.CaptureID("01KAMCAP000000000000000001")
	decisionID = vigie.DecisionID("01KAMDEC000000000000000001")
)

// at is a moment of the samples.
func at(minute int) time.Time { return time.Date(2026, 11, 21, 20, minute, 30, 0, time.UTC) }

func sampleSource() vigie.Source {
	return vigie.Source{
		ID: sourceID, Kind: vigie.Site, URL: "https://regulateur.example.org/actualites", Name: "Régulateur exemple",
		Publisher: "Autorité exemple", Institution: true, Country: "MAR", Lang: vigie.French, Topics: []string{"5g", "spectre"}, Every: 2 * time.Hour,
		FullText: vigie.FullTextAlways,
		List: vigie.ListRules{
			Item: "article", Link: "h2 a", Title: "h2", Date: "time", Allow: []string{"/actualites/"}, Most: 12,
		},
		Keep:    vigie.Retention{Keep: vigie.KeepTexts, Days: 365},
		Licence: "CC BY 4.0", Terms: "Reprise autorisée avec mention de la source.", Cadence: 7 * 24 * time.Hour, Catalogue: "anrt-fr", Paused: true, Added: at(0),
	}
}

func sampleVisit() vigie.Visit {
	return vigie.Visit{
		Source: sourceID, ETag: `W/"5f-<&>"`, LastModified: "Sat, 21 Nov 2026 20:00:00 GMT", ValidatorsOf: "https://regulateur.example.org/actualites",
		Body: vigie.HashOf([]byte("body")), Title: "Actualités", LastRead: at(1), LastSuccess: at(1), LastNew: at(1), NextRead: at(59),
		NotBefore: at(30), Failures: 2, LastError: "the server answered 503", Faults: []string{"two items have no date"},
		Skipped: map[string]vigie.Attempt{
			"230d8358dc8e8890": {Tries: 2, Next: at(58), Why: "the site answered 500", Part: "6656d11f99ae5197", Item: &vigie.Listing{
				URL: "https://regulateur.example.org/actualites/fibre", Title: "La fibre", Digest: vigie.HashOf([]byte("row")),
				Published: vigie.Date{Time: time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC), Precision: vigie.Day}, Modified: vigie.InstantOf(at(0)),
			}},
			"b4c58deeb62912ee": {Tries: 1, Why: "the site answered 404"},
		},
		FailingSince: at(0), Trouble: vigie.Trouble{Code: vigie.TroubleRetry, Status: 503, Since: at(0), Until: at(30), What: "regulateur.example.org"},
		Standing: vigie.Failing, Why: vigie.ByRetry,
		Found:   vigie.Found{Kind: vigie.Feed, URL: "https://regulateur.example.org/fil.xml", At: at(0), Was: "https://regulateur.example.org/rss"},
		Offered: vigie.Found{Kind: vigie.Site, URL: "https://regulateur.example.org/plan.xml", Sitemap: true, Under: "/actualites/", At: at(1)},
		Wishes:  vigie.Wishes{Fresh: time.Hour, Every: 2 * time.Hour, SkipHours: []int{0, 23}, SkipDays: []time.Weekday{time.Sunday}},
		Rhythm:  vigie.Rhythm{Times: []time.Time{at(0), at(1)}, Gap: time.Minute, Late: 48 * time.Hour, Weeks: []int{3, 0, 1}, First: at(0)},
		Moved:   vigie.Move{To: "https://nouveau.example.org/fil.xml", Days: []time.Time{at(0)}},
		Adopted: vigie.Adoption{From: "https://ancien.example.org/fil.xml", At: at(0)},
		Items:   12, EmptySince: at(1), Certificate: at(59), CertificateFrom: at(0),
		Parts:  map[string]vigie.Part{"https://regulateur.example.org/plan-2.xml": {ETag: `"2"`, LastModified: "hier", Body: vigie.HashOf([]byte("part")), Listed: "2026-11-20", Of: "https://www.regulateur.example.org/plan-2.xml", Links: []vigie.Listing{{GUID: "fibre", URL: "https://regulateur.example.org/actualites/fibre"}}}},
		Asked:  "https://regulateur.example.org/actualites/5g",
		Intake: vigie.Intake{Stock: 300, Week: at(0), Taken: 1000, Held: 12}, Sample: []uint32{7, 4294967295},
	}
}

func sampleDocument() vigie.Document {
	return vigie.Document{
		ID: documentID, Source: sourceID, URL: "https://regulateur.example.org/actualites/5g?lang=fr&page=2",
		Title: "La 5G <arrive> & تصل", Publisher: "Autorité exemple",
		Authors: []vigie.Author{{Name: "A. Exemple", Email: "a@example.org", URL: "https://example.org/a"}}, Lang: vigie.French,
		Published: vigie.Date{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Precision: vigie.Month}, Modified: vigie.InstantOf(at(2)),
		MediaType: "text/html", Summary: "Un résumé.", Labels: []string{"mobile"},
		Enclosures: []vigie.Enclosure{{URL: "https://example.org/r.pdf", Type: "application/pdf", Length: 1234}},
		Links:      []string{"https://example.org/texte-de-loi.pdf"}, Pages: 12, Obstacle: vigie.Paywall, Revision: 3, Filed: at(3),
	}
}

func samples() map[string]any {
	all := deskSamples()
	maps.Copy(all, watchSamples())
	maps.Copy(all, searchSamples())
	return all
}

// watchSamples are the nouns of the watch.
func watchSamples() map[string]any {
	return map[string]any{
		"source": sampleSource(), "visit": sampleVisit(), "document": sampleDocument(),
		"source_empty": vigie.Source{}, "visit_empty": vigie.Visit{}, "document_empty": vigie.Document{},
		"paragraphs": []vigie.Paragraph{
			{Kind: vigie.Heading, Level: 2, Text: "Titre", Page: 1}, {Text: "Texte."}, {Kind: vigie.Row, Text: "a\tb"}, {Kind: vigie.Quote, Text: "مرحبا", Lang: vigie.Arabic},
		},
		"revision": vigie.Revision{
			Document: documentID, N: 2, Capture: captureID, Content: vigie.HashOf([]byte("content")), Text: vigie.HashOf([]byte("text")),
			Fetched: at(4), Changed: []string{"title", "text"}, Was: map[string]string{"title": "Un titre"}, Parser: 2, Reread: true,
		},
		"sighting": vigie.Sighting{
			Source: sourceID, Document: documentID, GUID: "tag:example.org,2026:1", URL: "https://example.org/1?utm_source=x", Title: "Ailleurs",
			Digest: vigie.HashOf([]byte("digest")), First: at(5), Last: at(6),
		},
		"capture": vigie.Capture{
			Reserved: true,
			ID:       captureID, Source: sourceID, URL: "http://example.org/a", Final: "https://example.org/b", Hops: []vigie.Hop{{URL: "http://example.org/a", Status: 301}},
			Status: 200, Header: map[string][]string{"Content-Type": {"text/html"}}, MediaType: "text/html", Fetched: at(7), Snapshot: vigie.HashOf([]byte("raw")), Dropped: vigie.HashOf([]byte("gone")),
		},
		"decision": vigie.Decision{
			ID: decisionID, Document: documentID, By: "Amina", At: at(8), Act: vigie.Tag, Tag: "5g", Why: "À suivre", Undoes: decisionID,
		},
		"judgement": vigie.Judgement{Document: documentID, Status: vigie.Kept, Tags: []string{"5g"}, By: "Amina", At: at(9)},
		"passage":   vigie.Passage{Document: documentID, Revision: 2, Page: 7, Exact: "mots", Prefix: "avant ", Suffix: " après", Start: 6, End: 10},
		"text":      vigie.Text{vigie.French: "Bonjour", vigie.Arabic: "مرحبا"},
		"indicator": sampleIndicator(), "observation": sampleObservation(), "vintage": sampleVintage(),
	}
}

// TestGoldenJSON fixes the JSON of every noun: stores and archives hold it.
func TestGoldenJSON(t *testing.T) {
	for name, v := range samples() {
		t.Run(name, func(t *testing.T) {
			got, err := json.MarshalIndent(v, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			vigietest.Golden(t, "testdata/golden/"+name+".json", string(got))
			back := reflect.New(reflect.TypeOf(v))
			if err := json.Unmarshal(got, back.Interface()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v, back.Elem().Interface()); diff != "" {
				t.Errorf("%s does not come back from JSON (-want +got):\n%s", name, diff)
			}
		})
	}
}

// TestSamplesAreComplete fails when a field is added to a noun and not to its
// sample: the golden file would not show it.
func TestSamplesAreComplete(t *testing.T) {
	for _, name := range []string{
		"source", "visit", "document", "revision", "sighting", "capture", "decision", "judgement", "passage", "indicator", "observation", "vintage",
		"user", "synthesis", "version", "edition", "citation", "subscriber", "consent", "issue", "delivery", "balance",
		"search", "alert", "match",
	} {
		v := reflect.ValueOf(samples()[name])
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Tag.Get("json") != "-" && v.Field(i).IsZero() {
				t.Errorf("the sample %s leaves %s empty", name, f.Name)
			}
		}
	}
}
