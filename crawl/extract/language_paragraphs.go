package extract

import "vigie"

// What a run of paragraphs must have to be in another language than its document.
const (
	// leanLead is the lead, in the measure of [loyalty], with which each paragraph
	// must take the side of the run.
	leanLead = 32
	// clearLead is the lead of all together.
	clearLead = 200
	// clearTrigrams is how many trigrams, about letters, they have at least: names and
	// captions have fewer.
	clearTrigrams = 70
	// clearArabic is how many letters in Arabic script they have at least in a document
	// of another script, and arabicLetter what each counts.
	clearArabic  = 25
	arabicLetter = clearLead / clearArabic
	// leanLetters is how much of a paragraph is read.
	leanLetters = 240
	// glanceLetters is how much of it shows that it is in the document's language.
	glanceLetters = 70
)

// MarkLanguages sets the language of those paragraphs of a body that are clearly in
// French, Arabic, English or Spanish and not in the document's language, as
// [Language] told it. Short paragraphs are marked among others of their kind only;
// code, the rows of tables and what has another language already are not; a mark
// that says the document's own language goes. It takes some ten microseconds a
// paragraph.
func MarkLanguages(body []vigie.Paragraph, lang vigie.Lang) {
	var run side
	start := 0
	for i := range body {
		if body[i].Lang.Base() == lang.Base() {
			body[i].Lang = ""
		}
		next := sideOf(&body[i], lang)
		if next.lang != run.lang {
			run.mark(body[start:i])
			run, start = next, i
			continue
		}
		run.lead += next.lead
		run.tally.plus(&next.tally)
	}
	run.mark(body[start:])
}

// side is the foreign language that one or several paragraphs take the side of, ""
// where none, and by what lead.
type side struct {
	lang  vigie.Lang
	class class
	lead  int
	tally tally
}

func sideOf(p *vigie.Paragraph, document vigie.Lang) side {
	none := side{}
	if p.Kind == vigie.Row || p.Kind == vigie.Code || p.Lang != "" {
		return none
	}
	var s sample
	s.read(p.Text, glanceLetters)
	if found, lead := s.tally.best(unknown); found == classOf(document) && lead >= leanLead {
		return none // as most are
	}
	s = sample{}
	s.read(p.Text, leanLetters)
	total := s.letters()
	switch {
	case 2*s.arabic > total:
		if document.Base() == vigie.Arabic || 25*s.persian > s.arabic {
			return none
		}
		return side{lang: vigie.Arabic, class: unknown, lead: s.arabic * arabicLetter}
	case 4*s.arabic > total || 2*s.other > total:
		return none
	}
	found, lead := s.tally.best(unknown)
	if !found.ours() || lead < leanLead || found == classOf(document) {
		return none
	}
	return side{lang: found.lang(), class: found, lead: lead, tally: s.tally}
}

// mark sets the language of the paragraphs of a run, where they are clear.
func (s *side) mark(run []vigie.Paragraph) {
	if s.lang == "" || s.lead < clearLead {
		return
	}
	if s.lang != vigie.Arabic && (s.tally.trigrams < clearTrigrams || !s.tally.fits(s.class) || !s.tally.running()) {
		return
	}
	for i := range run {
		run[i].Lang = s.lang
	}
}
