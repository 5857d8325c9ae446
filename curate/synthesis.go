package curate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"vigie"
	"vigie/curate/markdown"
	"vigie/index/store"
)

// Begin begins a synthesis, private to its author. The identity is the caller's, so
// that a form that is posted twice begins one. Errors: vigie.ErrForbidden,
// vigie.ErrInvalid for an identity that is none, vigie.ErrConflict for somebody
// else's.
func (d *Desk) Begin(ctx context.Context, by vigie.User, id vigie.SynthesisID, kind vigie.SynthesisKind) (s vigie.Synthesis, err error) {
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		s, err = d.begin(tx, by, id, kind)
		return err
	})
	if err != nil {
		return vigie.Synthesis{}, fmt.Errorf("begin a synthesis: %w", err)
	}
	return s, nil
}

// begin returns the synthesis that somebody begins, or began before.
func (d *Desk) begin(tx *store.Tx, by vigie.User, id vigie.SynthesisID, kind vigie.SynthesisKind) (vigie.Synthesis, error) {
	switch {
	case !by.May(vigie.WriteOwn):
		return vigie.Synthesis{}, fmt.Errorf("role %q may not: %w", by.Role, vigie.ErrForbidden)
	case !vigie.ValidID(id):
		return vigie.Synthesis{}, &vigie.InvalidError{Field: "id", Reason: "is not an identity"}
	case !isKind(kind):
		kind = vigie.Brief
	}
	kept, err := tx.Synthesis(id)
	switch {
	case err == nil && slices.Contains(kept.Authors, by.ID):
		return kept, nil
	case err == nil:
		return vigie.Synthesis{}, fmt.Errorf("%s is another one: %w", id, vigie.ErrConflict)
	case !errors.Is(err, vigie.ErrNotFound):
		return vigie.Synthesis{}, err
	}
	s := vigie.Synthesis{ID: id, Kind: kind, Authors: []vigie.UserID{by.ID}, Created: d.o.Now().UTC(), Revision: 1}
	return s, tx.PutSynthesis(s)
}

// isKind reports whether there is such a kind of synthesis.
func isKind(kind vigie.SynthesisKind) bool {
	return kind == vigie.Brief || kind == vigie.Analysis || kind == vigie.Bulletin
}

// Read returns a synthesis to somebody who may see its working texts.
func (d *Desk) Read(by vigie.User, id vigie.SynthesisID) (s vigie.Synthesis, err error) {
	err = d.db.View(func(tx *store.Tx) error {
		s, err = tx.Synthesis(id)
		return err
	})
	if err == nil && !vigie.Visible(by, s.Working()) {
		err = vigie.ErrForbidden
	}
	if err != nil {
		return vigie.Synthesis{}, fmt.Errorf("read synthesis %s: %w", id, err)
	}
	return s, nil
}

// change applies a step to a kept synthesis in one transaction.
func (d *Desk) change(ctx context.Context, id vigie.SynthesisID, step func(*store.Tx, vigie.Synthesis) (vigie.Synthesis, error)) (next vigie.Synthesis, err error) {
	err = d.db.Update(ctx, func(tx *store.Tx) error {
		next, err = changeIn(tx, id, step)
		return err
	})
	if err != nil {
		return vigie.Synthesis{}, fmt.Errorf("change synthesis %s: %w", id, err)
	}
	return next, nil
}

// changeIn is change within a transaction.
func changeIn(tx *store.Tx, id vigie.SynthesisID, step func(*store.Tx, vigie.Synthesis) (vigie.Synthesis, error)) (vigie.Synthesis, error) {
	kept, err := tx.Synthesis(id)
	if err != nil {
		return vigie.Synthesis{}, err
	}
	next, err := step(tx, kept)
	if err != nil || next.Revision == kept.Revision { // or nothing changed
		return next, err
	}
	return next, tx.PutSynthesis(next)
}

// Revise replaces the text of a language. A text that is the same as the kept one
// changes nothing. Figures that the text names for the first time are live. Errors
// as vigie.Synthesis.Revise; a vigie.StaleError leaves both texts as they are.
func (d *Desk) Revise(ctx context.Context, id vigie.SynthesisID, step vigie.Step, w vigie.Writing) (vigie.Synthesis, error) {
	w.Title, w.Summary = strings.TrimSpace(w.Title), strings.TrimSpace(w.Summary)
	w.Body = strings.TrimRight(strings.ReplaceAll(w.Body, "\r\n", "\n"), " \n")
	if w.Slug = markdown.Slug(w.Slug); w.Slug == "" {
		w.Slug = markdown.Slug(w.Title)
	}
	step.Now = d.o.Now().UTC()
	return d.change(ctx, id, func(_ *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		if v, there := s.Versions[step.Lang]; there && v.Writing == w && vigie.Visible(step.By, s.Working()) {
			return s, nil
		}
		next, err := s.Revise(step, w)
		if err == nil {
			next.Embeds, err = embedsOf(next)
		}
		return next, err
	})
}

// embedsOf lists the figures that the texts of a synthesis name, each with the
// release that it was given.
func embedsOf(s vigie.Synthesis) ([]vigie.Embed, error) {
	var out []vigie.Embed
	for _, lang := range langsOf(s) {
		text, err := markdown.Render(s.Versions[lang].Body, markdown.Options{Figure: func(string, string) (markdown.Fragment, bool) {
			return markdown.Fragment{}, true
		}})
		if err != nil {
			return nil, err
		}
		for _, token := range text.Figures {
			e := vigie.Embed{Indicator: token.Indicator, Area: token.Area}
			if i := slices.IndexFunc(s.Embeds, e.Same); i >= 0 {
				e = s.Embeds[i]
			}
			if !slices.ContainsFunc(out, e.Same) {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// langsOf returns the languages of a synthesis, French, Arabic and English first.
func langsOf(s vigie.Synthesis) []vigie.Lang {
	out := []vigie.Lang{}
	for lang := range s.Versions {
		out = append(out, lang)
	}
	return vigie.SortLangs(out)
}

// Reopen makes a draft of a text that is published or withdrawn, as it is.
func (d *Desk) Reopen(ctx context.Context, id vigie.SynthesisID, step vigie.Step) (vigie.Synthesis, error) {
	step.Now = d.o.Now().UTC()
	return d.change(ctx, id, func(_ *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		v, there := s.Versions[step.Lang]
		switch {
		case !there:
			return s, fmt.Errorf("find the text in %s: %w", step.Lang, vigie.ErrNotFound)
		case v.State != vigie.Published && v.State != vigie.Withdrawn:
			return s, fmt.Errorf("the text in %s is being worked on: %w", step.Lang, vigie.ErrConflict)
		}
		return s.Revise(step, v.Writing)
	})
}

// Arrangement is what belongs to all languages of a synthesis.
type Arrangement struct {
	Kind   vigie.SynthesisKind
	Topics []string // identities
}

// same reports whether two arrangements say the same, in any order.
func (a Arrangement) same(o Arrangement) bool {
	return a.Kind == o.Kind && slices.Equal(slices.Sorted(slices.Values(a.Topics)), slices.Sorted(slices.Values(o.Topics)))
}

// Arrange changes kind and topics from what the person saw to what they want. What
// somebody else made of them meanwhile is a vigie.ErrConflict, unless it is the same
// or the person wants no change.
func (d *Desk) Arrange(ctx context.Context, by vigie.User, id vigie.SynthesisID, seen, want Arrangement) (vigie.Synthesis, error) {
	return d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		kept := Arrangement{s.Kind, s.Topics}
		switch {
		case !vigie.Visible(by, s.Working()):
			return s, vigie.ErrForbidden
		case kept.same(want), seen.same(want):
			return s, nil
		case !kept.same(seen):
			return s, fmt.Errorf("kind or topics were changed in the meantime: %w", vigie.ErrConflict)
		case !isKind(want.Kind):
			return s, &vigie.InvalidError{Field: "kind", Reason: fmt.Sprintf("%.20q is none of brief, analysis, bulletin", string(want.Kind))}
		}
		for i, topic := range want.Topics {
			if _, err := tx.Topic(topic); err != nil {
				return s, err
			}
			if slices.Contains(want.Topics[:i], topic) {
				return s, &vigie.InvalidError{Field: "topics", Reason: fmt.Sprintf("name %.40q twice", topic)}
			}
		}
		s.Kind, s.Topics = want.Kind, slices.Clone(want.Topics)
		return touched(s, by), nil
	})
}

// Freeze ties a figure of a synthesis to what is known now, or lets it follow the
// newest value again.
func (d *Desk) Freeze(ctx context.Context, by vigie.User, id vigie.SynthesisID, embed vigie.Embed, frozen bool) (vigie.Synthesis, error) {
	return d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		i := slices.IndexFunc(s.Embeds, embed.Same)
		switch {
		case !vigie.Visible(by, s.Working()):
			return s, vigie.ErrForbidden
		case i < 0:
			return s, fmt.Errorf("find the figure %s %s in the text: %w", embed.Indicator, embed.Area, vigie.ErrNotFound)
		case s.Embeds[i].Live() != frozen:
			return s, nil
		}
		release := ""
		if frozen {
			vintages, err := tx.Vintages(vigie.IndicatorID(embed.Indicator))
			if err != nil {
				return s, err
			}
			if len(vintages) == 0 {
				return s, fmt.Errorf("find values of %s: %w", embed.Indicator, vigie.ErrNotFound)
			}
			release = string(vintages[len(vintages)-1].ID)
		}
		s.Embeds = slices.Clone(s.Embeds)
		s.Embeds[i].Release = release
		return touched(s, by), nil
	})
}

// touched counts a change of what all languages share, and makes who changed it a
// writer of every text that is still to be published: the public will read it there.
func touched(s vigie.Synthesis, by vigie.User) vigie.Synthesis {
	s.Revision++
	s.Versions = maps.Clone(s.Versions)
	for lang, v := range s.Versions {
		if (v.State == vigie.Drafted || v.State == vigie.InReview) && !slices.Contains(v.Writers, by.ID) {
			v.Writers = append(slices.Clip(v.Writers), by.ID)
			s.Versions[lang] = v
		}
	}
	return s
}

// Submit hands a draft to review.
func (d *Desk) Submit(ctx context.Context, id vigie.SynthesisID, step vigie.Step) (vigie.Synthesis, error) {
	step.Now = d.o.Now().UTC()
	return d.change(ctx, id, func(_ *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) { return s.Submit(step) })
}

// Return sends a text in review back, with the reason in step.Why.
func (d *Desk) Return(ctx context.Context, id vigie.SynthesisID, step vigie.Step) (vigie.Synthesis, error) {
	step.Now = d.o.Now().UTC()
	return d.change(ctx, id, func(_ *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) { return s.Return(step) })
}

// Publish makes a text in review public, under the rules of the settings. It is
// refused with a [BlockedError] while something in the text leads nowhere, and with
// vigie.ErrConflict where anything changed since the person saw step.Revision.
func (d *Desk) Publish(ctx context.Context, id vigie.SynthesisID, step vigie.Step, from string) (vigie.Edition, error) {
	step.Now = d.o.Now().UTC()
	var edition vigie.Edition
	_, err := d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		settings, err := tx.Settings()
		if err != nil {
			return s, err
		}
		next, e, err := s.Publish(step, settings.Rules)
		if err != nil {
			return s, err
		}
		if step.Revision != 0 && step.Revision != s.Revision {
			return s, fmt.Errorf("the synthesis was changed in the meantime: revision %d is now %d: %w", step.Revision, s.Revision, vigie.ErrConflict)
		}
		if faults, err := d.Faults(tx, s, step.Lang); err != nil || len(faults) > 0 {
			return s, errors.Join(err, blocked(faults))
		}
		edition = e
		return next, errors.Join(unmark(tx, s, step.Lang), tx.AddEdition(e), audit(tx, step, "synthesis published", id, from))
	})
	return edition, err
}

// unmark forgets the figures that moved, as a language is published. A mark stays
// while another language is out with an edition from before the figure moved: there
// nobody has read the text again.
func unmark(tx *store.Tx, s vigie.Synthesis, lang vigie.Lang) error {
	marks, err := tx.Marks(s.ID)
	if err != nil {
		return err
	}
	for _, m := range marks {
		older := false
		for other, v := range s.Versions {
			older = older || (other != lang && v.Out() && v.Published.Before(m.At))
		}
		if older {
			continue
		}
		if err := tx.DeleteMarks(s.ID, m.Indicator, m.Area); err != nil {
			return err
		}
	}
	return nil
}

// Withdraw takes what is published out of the public eye; step.Why is shown there.
func (d *Desk) Withdraw(ctx context.Context, id vigie.SynthesisID, step vigie.Step, from string) (vigie.Synthesis, error) {
	step.Now = d.o.Now().UTC()
	return d.change(ctx, id, func(tx *store.Tx, s vigie.Synthesis) (vigie.Synthesis, error) {
		next, err := s.Withdraw(step)
		if err != nil {
			return s, err
		}
		return next, audit(tx, step, "synthesis withdrawn", id, from)
	})
}

// Holds says that a text still holds although a figure in it moved.
func (d *Desk) Holds(ctx context.Context, by vigie.User, id vigie.SynthesisID, indicator, area string) error {
	if indicator == "" || area == "" {
		return &vigie.InvalidError{Field: "figure", Reason: "is not named"}
	}
	err := d.db.Update(ctx, func(tx *store.Tx) error {
		s, err := tx.Synthesis(id)
		if err != nil {
			return err
		}
		if !vigie.Visible(by, s.Working()) {
			return vigie.ErrForbidden
		}
		return tx.DeleteMarks(id, indicator, area)
	})
	if err != nil {
		return fmt.Errorf("say that synthesis %s holds: %w", id, err)
	}
	return nil
}

func audit(tx *store.Tx, step vigie.Step, what string, id vigie.SynthesisID, from string) error {
	_, err := tx.Audit(store.AuditLine{At: step.Now, Who: string(step.By.ID), What: what, About: string(id), Note: string(step.Lang), From: from})
	return err
}
