package index

import (
	"context"
	"errors"
	"iter"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"

	"vigie"
	"vigie/index/store"
)

// publications is the content of a [PublicIndex]: what everybody may read.
type publications struct{ log *slog.Logger }

// format implements content.
func (publications) format() string { return publicVersion }

// all implements content. It asks the lists of what is public, where take asks
// the things, so that Check compares the two.
func (publications) all(tx *store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for _, list := range []iter.Seq2[string, error]{editionsOut(tx), indicatorNames(tx), pageTexts(tx)} {
			for id, err := range list {
				if !yield(id, err) {
					return
				}
			}
		}
	}
}

func editionsOut(tx *store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for e, err := range tx.Public("") {
			if !yield(reference{SynthesisText, string(e.Synthesis), e.Lang}.identity(strconv.Itoa(e.N)), err) {
				return
			}
		}
	}
}

func indicatorNames(tx *store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for i, err := range tx.Indicators() {
			if err != nil && !yield("", err) {
				return
			}
			for lang := range i.Name {
				p, err := indicatorText(i, lang)
				if err == nil && !yield(p.key(), nil) {
					return
				}
			}
		}
	}
}

func pageTexts(tx *store.Tx) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for p, err := range tx.PageTexts() {
			if err == nil && p.Off {
				continue
			}
			if !yield(reference{PageText, string(p.Page), p.Lang}.identity(strconv.Itoa(p.N)), err) {
				return
			}
		}
	}
}

// take implements content.
func (c publications) take(ctx context.Context, tx *store.Tx, has *generation, change store.Change, p *portion) error {
	of, langs, err := subject(tx, change)
	if of.kind == "" || p.done[of.prefix()] {
		return nil
	}
	p.done[of.prefix()] = true // every change of a thing has the same news: how it is now
	if err != nil && !c.passable(ctx, of, err) {
		return err
	}
	held, err := has.beginning(of.prefix())
	if err != nil {
		return err
	}
	for _, of.lang = range langs {
		key, read, err := public(tx, of)
		if err == nil && held[key] {
			delete(held, key)
			continue
		}
		var now publication
		if err == nil {
			now, err = read()
		}
		if err == nil {
			p.add(now.entry())
		} else if !c.passable(ctx, of, err) {
			return err
		}
	}
	p.gone = append(p.gone, slices.Sorted(maps.Keys(held))...)
	return nil
}

// passable reports whether an error only means that there is nothing to show.
// Damage is logged, as it must not keep all else from being found.
func (c publications) passable(ctx context.Context, of reference, err error) bool {
	if errors.Is(err, vigie.ErrDamaged) {
		c.log.ErrorContext(ctx, "a public text cannot be read and is left out of the index", "kind", of.kind, "id", of.id, "err", err)
		return true
	}
	return errors.Is(err, vigie.ErrNotFound)
}

// subject tells what a change is about and in which languages it may be public.
// The kind is "" for what never is.
func subject(tx *store.Tx, change store.Change) (reference, []vigie.Lang, error) {
	switch change.Kind {
	case store.SynthesisChange:
		s, err := tx.Synthesis(vigie.SynthesisID(change.ID))
		return reference{kind: SynthesisText, id: change.ID}, slices.Sorted(maps.Keys(s.Versions)), err
	case store.IndicatorChange:
		i, err := tx.Indicator(vigie.IndicatorID(change.ID))
		return reference{kind: IndicatorText, id: change.ID}, slices.Sorted(maps.Keys(i.Name)), err
	case store.PageChange:
		name, lang, _ := strings.Cut(change.ID, "/")
		return reference{PageText, name, vigie.Lang(lang)}, []vigie.Lang{vigie.Lang(lang)}, nil
	case store.DocumentChange, store.JudgementChange, store.SourceChange, store.StoryChange:
	}
	return reference{}, nil, nil
}
