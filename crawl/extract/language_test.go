package extract_test

import (
	"encoding/json"
	"strings"
	"testing"

	"vigie"
	"vigie/crawl/extract"
	"vigie/vigietest"
)

const (
	frText = "L'Autorité a publié mercredi son bilan annuel : la couverture des zones rurales progresse, mais les abonnements à la fibre restent rares."
	enText = "The regulator published its yearly review on Wednesday: coverage of rural areas is growing, but fibre subscriptions remain rare there."
	esText = "La autoridad publicó el miércoles su balance anual: la cobertura de las zonas rurales avanza, pero las suscripciones de fibra son escasas."
	arText = "نشرت الهيئة يوم الأربعاء حصيلتها السنوية: تغطية المناطق القروية في تقدم، غير أن الاشتراكات في الألياف البصرية ما زالت قليلة."
	faText = "سازمان تنظیم مقررات گزارش سالانه خود را چاپ کرد: پوشش مناطق روستایی گسترش یافته است ولی اشتراک فیبر نوری همچنان کم است."
	deText = "Die Behörde hat am Mittwoch ihren Jahresbericht veröffentlicht: Die Versorgung der ländlichen Gebiete wächst, aber Glasfaser bleibt selten."
	ptText = "A autoridade publicou na quarta-feira o seu balanço anual: a cobertura das zonas rurais avança, mas as assinaturas de fibra ainda são raras."
	ruText = "Регулятор опубликовал в среду годовой отчёт: покрытие сельских районов растёт, но подписок на оптоволокно по-прежнему мало."
)

func TestLanguage(t *testing.T) {
	for _, tc := range []struct {
		name        string
		declared    vigie.Lang
		title, text string
		want        vigie.Lang
	}{
		{"french", "", "Bilan annuel", frText, "fr"},
		{"english", "", "Yearly review", enText, "en"},
		{"spanish", "", "Balance anual", esText, "es"},
		{"arabic", "", "الحصيلة السنوية", arText, "ar"},
		{"short arabic", "", "الحصيلة", "", "ar"},
		{"the region stays", "fr-MA", "", frText, "fr-MA"},
		{"the region of arabic stays", "ar-MA", "", arText, "ar-MA"},
		{"wrongly declared", "en-US", "Bilan", frText, "fr"},
		{"arabic declared as english", "en-US", "", arText, "ar"},
		{"french declared as arabic", "ar", "", frText, "fr"},
		{"too short to tell", "fr", "5G: Yes", "", "fr"},
		{"too short, declared in another script", "ar", "Smart Africa 2026", "", "und"},
		{"too short, nothing declared", "", "5G", "", "und"},
		{"nothing", "", "", "", "und"},
		{"nothing but a declaration", "es", "2026", "", "es"},
		{"persian", "", "", faText, "und"},
		{"persian declared as arabic", "ar", "", faText, "und"},
		{"persian declared", "fa", "", faText, "fa"},
		{"german", "", "", deText, "und"},
		{"german declared", "de", "", deText, "de"},
		{"english declared as german", "de", "", enText + enText, "en"},
		{"portuguese", "", "", ptText, "und"},
		{"russian", "", "", ruText, "und"},
		{"russian declared", "ru", "", ruText, "ru"},
		{"russian declared as english", "en", "", ruText, "und"},
		{"arabic with latin names", "", "", arText + " ITU GSMA", "ar"},
		{"only signs", "fr", "— 12 % …", "", "fr"},
		{"wrong bytes", "", "\xff\xfe", "\xff", "und"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := extract.Language(tc.declared, tc.title, tc.text); got != tc.want {
				t.Errorf("Language(%q, %q, ...) = %q, want %q", tc.declared, tc.title, got, tc.want)
			}
		})
	}
}

// TestLanguageOfPassages reads thousands of passages of public question and
// answer collections, each about a hundred words of one language.
func TestLanguageOfPassages(t *testing.T) {
	for folder, want := range map[string]vigie.Lang{"piaf-fr": "fr", "xquad-ar": "ar", "xquad-en": "en", "xquad-es": "es"} {
		t.Run(folder, func(t *testing.T) {
			all, wrong := 0, 0
			for line := range strings.Lines(string(readFile(t, vigietest.Shared(t, "corpus", "ir", folder, "corpus.jsonl")))) {
				var doc struct{ Text string }
				if err := json.Unmarshal([]byte(line), &doc); err != nil {
					t.Fatal(err)
				}
				if all++; extract.Language("", "", doc.Text) != want {
					wrong++
					t.Logf("%s: %.80q", extract.Language("", "", doc.Text), doc.Text)
				}
			}
			if all == 0 || 100*wrong > all {
				t.Errorf("%d of %d passages are told wrong, want at most one in 100", wrong, all)
			}
			t.Logf("%d of %d wrong", wrong, all)
		})
	}
}

func BenchmarkLanguage(b *testing.B) {
	for name, text := range map[string]string{"fr": strings.Repeat(frText, 20), "ar": strings.Repeat(arText, 20)} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				extract.Language("", "", text)
			}
		})
	}
}
