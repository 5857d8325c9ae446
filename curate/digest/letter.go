package digest

import (
	"errors"
	"fmt"
	"strings"

	"vigie"
	"vigie/curate/locale"
	"vigie/index/store"
)

// letterKind is what a letter is about; it begins the names of its phrases.
type letterKind string

const (
	// confirmLetter asks whoever reads the mailbox whether they want the digest.
	confirmLetter letterKind = "letter.confirm"
	// knownLetter says that the address receives it already.
	knownLetter letterKind = "letter.known"
)

// letterView is what the templates of a letter show.
type letterView struct {
	Lang    vigie.Lang
	Dir     string
	Subject string
	Name    words
	Sample  words
	Intro   words
	Wish    words
	Act     words
	URL     string
	Button  words
	End     words
}

// put writes a letter to somebody into the store, to be sent.
func (p *Post) put(tx *store.Tx, s vigie.Settings, key signer, kind letterKind, to vigie.Subscriber) error {
	t, err := p.templates()
	if err != nil {
		return err
	}
	topics, err := tx.Topics()
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	now := p.now()
	printer := p.o.Catalogues.For(to.Lang).In(s.Country)
	name, _ := s.Name.In(printer.Lang())
	name = oneLine(name, mostTitle)
	purpose := ConfirmLink
	if kind == knownLetter {
		purpose = PreferencesLink
	}
	phrase := func(part string, args ...any) words { return printer.Phrase(string(kind)+part, args...) }
	v := letterView{
		Lang: printer.Lang(), Dir: printer.Dir(), Name: value(name),
		Subject: subject(printer, phrase(".subject", "name", name)),
		Intro:   phrase(".intro", "name", name), Act: phrase(".act"), Button: phrase(".button"), End: phrase(".end", "time", confirmTime),
		Wish: wishWords(printer, to.Wish, topics), URL: p.pageOf(printer.Lang(), purpose, key.token(purpose, to.ID, newestRequest(to), now)),
	}
	if s.Sample {
		v.Sample = printer.Phrase("digest.sample")
	}
	out, err := t.execute("letter", v)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	err = tx.PutLetter(vigie.Letter{
		ID: vigie.NewID[vigie.LetterID](now), To: to.Email, Lang: printer.Lang(), Subject: v.Subject, Text: out.Text, HTML: out.HTML, About: to.ID, Made: now,
	})
	if errors.Is(err, vigie.ErrNotFound) {
		return fmt.Errorf("write a letter to nobody: %w", err)
	}
	return err
}

// wishWords say in words what somebody asked for.
func wishWords(printer *locale.Printer, w vigie.Wish, topics []vigie.Topic) words {
	var labels []string
	for _, t := range topics {
		for _, id := range w.Topics {
			if t.ID == id {
				label, _ := t.Labels.In(printer.Lang())
				labels = append(labels, oneLine(label, mostUnit))
			}
		}
	}
	said := locale.Plain(printer.Phrase("letter.topics.all"))
	if len(w.Topics) > 0 {
		said = oneLine(strings.Join(labels, " · "), mostIntro)
	}
	return printer.Phrase("letter.wish", "cadence", locale.Plain(printer.Phrase("letter.cadence."+string(w.Cadence))), "topics", said)
}
