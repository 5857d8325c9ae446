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
	plText = "Urząd opublikował w środę roczny bilans: zasięg na obszarach wiejskich rośnie, ale abonamenty światłowodowe są nadal rzadkie."
	cyText = "Cyhoeddodd yr awdurdod ei adolygiad blynyddol ddydd Mercher: mae'r ddarpariaeth mewn ardaloedd gwledig yn tyfu, ond mae ffeibr yn brin."
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
		{"arabic with names in latin letters", "", "إعداد واستخدام build-simple-cdd", "", "ar"},
		{"english with an arabic name", "", "The title of the page is الحصيلة السنوية in the original", "", "en"},
		{"a short title", "", "Le statut des opérateurs", "", "fr"},
		{"a short title declared in another region", "es-MX", "El estado de la red", "", "es-MX"},
		{"a short title in capitals", "", "RAPPORT SUR LA COUVERTURE", "", "fr"},
		{"acronyms tell nothing", "", "La GSMA y la UIT en el MWC", "", "es"},
		{"addresses tell nothing", "", "", "https://www.example.com/the-of-and/is www.the-and.example a@b.example " + frText, "fr"},
		{"names declared as french", "fr", "", "Aminata Diallo, Kwame Mensah, Mohammed El Amrani, Fatima Zahra Benali, Thabo Mokoena, Wanjiru Kamau", "fr"},
		{"a summary in english before a long text", "", "", enText + "\n" + strings.Repeat(frText+"\n", 40), "fr"},
		{"polish declared as french", "fr", "", plText, "und"},
		{"welsh, which the table does not know", "", "", cyText, "und"},
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
	for _, bm := range []struct{ name, title, text string }{
		{"title", "Bilan annuel de la couverture des zones rurales", ""},
		{"title-ar", "الحصيلة السنوية لتغطية المناطق القروية", ""},
		{"page", "Bilan annuel", strings.Repeat(frText, 200)},
		{"page-ar", "الحصيلة السنوية", strings.Repeat(arText, 200)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				extract.Language("", bm.title, bm.text)
			}
		})
	}
}

// FuzzLanguage checks that what is told is one of the four, undetermined or what was
// declared, and that it stays when it is declared.
func FuzzLanguage(f *testing.F) {
	for _, text := range []string{frText, enText, esText, arText, faText, deText, ptText, ruText, "", "\xff", "5G", "a.b/c@d " + frText} {
		f.Add("", text, text)
		f.Add("fr-MA", "", text)
	}
	f.Fuzz(func(t *testing.T, declared, title, text string) {
		lang, err := vigie.ParseLang(declared)
		if err != nil {
			lang = ""
		}
		got := extract.Language(lang, title, text)
		switch got {
		case vigie.Und, vigie.French, vigie.Arabic, vigie.English, vigie.Spanish, lang:
		default:
			t.Errorf("Language(%q, %q, %q) = %q", lang, title, text, got)
		}
		if again := extract.Language(got, title, text); again != got {
			t.Errorf("Language(%q, %q, %q) = %q, and %q where that is declared", lang, title, text, got, again)
		}
		body := []vigie.Paragraph{{Text: title}, {Text: text}}
		extract.MarkLanguages(body, got)
		for _, p := range body {
			if p.Lang == got {
				t.Errorf("%q is marked %q as the document", p.Text, got)
			}
		}
	})
}
