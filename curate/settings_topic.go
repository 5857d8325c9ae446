package curate

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"vigie"
	"vigie/index/store"
)

// TopicUse counts what is filed under a topic.
type TopicUse struct{ Syntheses, Indicators, Sources, Subscribers int }

// Any reports whether the topic is in use.
func (u TopicUse) Any() bool { return u != TopicUse{} }

// InUseError says that a topic cannot be removed, and why. It is a
// vigie.ErrConflict.
type InUseError struct {
	Topic string
	Use   TopicUse
}

// Error implements error.
func (e *InUseError) Error() string {
	return fmt.Sprintf("the topic %s is in use: %d syntheses, %d indicators, %d sources, %d subscribers",
		e.Topic, e.Use.Syntheses, e.Use.Indicators, e.Use.Sources, e.Use.Subscribers)
}

// Is makes errors.Is(err, vigie.ErrConflict) true.
func (*InUseError) Is(target error) bool { return target == vigie.ErrConflict }

// TopicSeal stands for a topic as it is; a form carries it.
func TopicSeal(t vigie.Topic) vigie.Hash { return sealOf(t) }

// AddTopic adds a topic. One that is there with the same labels is left alone, one
// with others is a vigie.ErrConflict.
func (d *Desk) AddTopic(ctx context.Context, by vigie.User, t vigie.Topic, from string) error {
	err := d.administer(ctx, by, func(tx *store.Tx) error {
		kept, err := tx.Topic(t.ID)
		switch {
		case err == nil && TopicSeal(kept) == TopicSeal(t):
			return nil
		case err == nil:
			return fmt.Errorf("it is there already: %w", vigie.ErrConflict)
		case !errors.Is(err, vigie.ErrNotFound):
			return err
		}
		if err := tx.PutTopic(t); err != nil {
			return err
		}
		return d.noteDown(tx, by, "topic added", t.ID, changes(vigie.Text{}, t.Labels), from)
	})
	if err != nil {
		return fmt.Errorf("add the topic %.60s: %w", t.ID, err)
	}
	return nil
}

// RenameTopic changes the labels of a topic. Seen is the seal of the topic that the
// person looked at. Errors: vigie.ErrNotFound, vigie.ErrConflict where it changed in
// between, vigie.InvalidError.
func (d *Desk) RenameTopic(ctx context.Context, by vigie.User, seen vigie.Hash, t vigie.Topic, from string) error {
	err := d.administer(ctx, by, func(tx *store.Tx) error {
		kept, err := tx.Topic(t.ID)
		switch {
		case err != nil:
			return err
		case TopicSeal(kept) == TopicSeal(t):
			return nil
		case TopicSeal(kept) != seen:
			return fmt.Errorf("it was changed in the meantime: %w", vigie.ErrConflict)
		}
		if err := tx.PutTopic(t); err != nil {
			return err
		}
		return d.noteDown(tx, by, "topic renamed", t.ID, changes(kept.Labels, t.Labels), from)
	})
	if err != nil {
		return fmt.Errorf("rename the topic %.60s: %w", t.ID, err)
	}
	return nil
}

// RemoveTopic removes a topic that nothing is filed under; one that is gone already
// stays gone. Errors: [InUseError].
func (d *Desk) RemoveTopic(ctx context.Context, by vigie.User, id, from string) error {
	err := d.administer(ctx, by, func(tx *store.Tx) error {
		kept, err := tx.Topic(id)
		if errors.Is(err, vigie.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		use, err := TopicUses(tx)
		if err != nil {
			return err
		}
		if use[id].Any() {
			return &InUseError{Topic: id, Use: use[id]}
		}
		if err := tx.DeleteTopic(id); err != nil {
			return err
		}
		return d.noteDown(tx, by, "topic removed", id, changes(kept.Labels, vigie.Text{}), from)
	})
	if err != nil {
		return fmt.Errorf("remove the topic %.60s: %w", id, err)
	}
	return nil
}

// TopicUses counts what is filed under every topic.
func TopicUses(tx *store.Tx) (map[string]TopicUse, error) {
	out := map[string]TopicUse{}
	count := func(topics []string, one func(*TopicUse)) {
		for _, id := range slices.Compact(slices.Sorted(slices.Values(topics))) {
			use := out[id]
			one(&use)
			out[id] = use
		}
	}
	for s, err := range tx.Syntheses() {
		if err != nil {
			return nil, err
		}
		count(s.Topics, func(u *TopicUse) { u.Syntheses++ })
	}
	for i, err := range tx.Indicators() {
		if err != nil {
			return nil, err
		}
		count(i.Topics, func(u *TopicUse) { u.Indicators++ })
	}
	for s, err := range tx.Sources() {
		if err != nil {
			return nil, err
		}
		count(s.Topics, func(u *TopicUse) { u.Sources++ })
	}
	for s, err := range tx.Subscribers() {
		if err != nil {
			return nil, err
		}
		count(s.Topics, func(u *TopicUse) { u.Subscribers++ })
	}
	return out, nil
}
