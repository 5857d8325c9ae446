package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"

	"vigie"
)

// settingsKey is where the settings lie.
const settingsKey = "settings"

// keyBytes is the length of a kept key.
const keyBytes = 32

// Settings returns what the observatory decided in the browser, or
// [vigie.DefaultSettings] before it decided anything.
func (tx *Tx) Settings() (vigie.Settings, error) {
	s, err := tableOf[vigie.Settings](tx.tx, "settings").get([]byte(settingsKey))
	if errors.Is(err, vigie.ErrNotFound) {
		return vigie.DefaultSettings(), nil
	}
	return s, err
}

// PutSettings replaces the settings.
func (tx *Tx) PutSettings(s vigie.Settings) error {
	if err := s.Check(); err != nil {
		return fmt.Errorf("put settings: %w", err)
	}
	return tableOf[vigie.Settings](tx.tx, "settings").put([]byte(settingsKey), s)
}

// Topics returns all topics, by identity.
func (tx *Tx) Topics() ([]vigie.Topic, error) {
	var out []vigie.Topic
	for t, err := range tableOf[vigie.Topic](tx.tx, "topics").all(nil, nil) {
		if err != nil {
			return out, fmt.Errorf("read topics: %w", err)
		}
		out = append(out, t)
	}
	return out, nil
}

// Topic returns one topic, or vigie.ErrNotFound.
func (tx *Tx) Topic(id string) (vigie.Topic, error) {
	return tableOf[vigie.Topic](tx.tx, "topics").get([]byte(id))
}

// PutTopic adds or changes a topic.
func (tx *Tx) PutTopic(t vigie.Topic) error {
	if err := t.Check(); err != nil {
		return fmt.Errorf("put topic: %w", err)
	}
	return tableOf[vigie.Topic](tx.tx, "topics").put([]byte(t.ID), t)
}

// DeleteTopic removes a topic. What was filed under it keeps its identity, and
// is under it again if the topic comes back.
func (tx *Tx) DeleteTopic(id string) error {
	if _, err := tx.Topic(id); err != nil {
		return err
	}
	return tableOf[vigie.Topic](tx.tx, "topics").delete([]byte(id))
}

func pageKey(name vigie.PageName, lang vigie.Lang) []byte {
	return join([]byte(name), []byte{0}, []byte(lang))
}

// PageText returns what a page says in a language, or vigie.ErrNotFound.
func (tx *Tx) PageText(name vigie.PageName, lang vigie.Lang) (vigie.PageText, error) {
	return tableOf[vigie.PageText](tx.tx, "pages").get(pageKey(name, lang))
}

// PageTexts walks what all pages say in all languages.
func (tx *Tx) PageTexts() iter.Seq2[vigie.PageText, error] {
	return tableOf[vigie.PageText](tx.tx, "pages").all(nil, nil)
}

// PutPageText adds or changes what a page says in a language. Its N must be the
// one after the kept text's; otherwise somebody changed it meanwhile, which is a
// [vigie.StaleError].
func (tx *Tx) PutPageText(p vigie.PageText) error {
	if err := errors.Join(p.Check(), usual(p.Lang)); err != nil {
		return fmt.Errorf("put page %s: %w", p.Page, err)
	}
	kept, err := tx.PageText(p.Page, p.Lang)
	if err != nil && !errors.Is(err, vigie.ErrNotFound) {
		return err
	}
	if p.N != kept.N+1 {
		return fmt.Errorf("put page %s: %w", p.Page, &vigie.StaleError{Lang: p.Lang, Seen: p.N - 1, Current: kept.N})
	}
	if err := tableOf[vigie.PageText](tx.tx, "pages").put(pageKey(p.Page, p.Lang), p); err != nil {
		return err
	}
	_, err = tx.record(PageChange, string(p.Page)+"/"+string(p.Lang), Put, "changed")
	return err
}

// usual asks for a language in its usual form, since it is part of a key.
func usual(l vigie.Lang) error {
	if got, err := vigie.ParseLang(string(l)); err != nil || got != l {
		return &vigie.InvalidError{Field: "language", Reason: fmt.Sprintf("%.40q is not a language tag in its usual form, such as \"fr\" or \"ar-MA\"", string(l))}
	}
	return nil
}

// Key returns the random key for a purpose, or vigie.ErrNotFound before it was
// made. Keys sign links in mail: they survive a backup and its restoring, and
// never leave in an archive.
func (tx *Tx) Key(purpose string) ([]byte, error) {
	return tableOf[[]byte](tx.tx, "keys").get([]byte(purpose))
}

// MakeKey returns the key for a purpose and makes it where there is none.
func (tx *Tx) MakeKey(purpose string) ([]byte, error) {
	if purpose == "" {
		return nil, &vigie.InvalidError{Field: "purpose", Reason: "is missing"}
	}
	key, err := tx.Key(purpose)
	if !errors.Is(err, vigie.ErrNotFound) {
		return key, err
	}
	key = make([]byte, keyBytes)
	_, _ = rand.Read(key) // never fails: it aborts the process instead
	return key, tableOf[[]byte](tx.tx, "keys").put([]byte(purpose), key)
}

// settings proves that topics, pages and keys are where they belong.
func (c *checker) settings(context.Context) {
	if _, err := c.tx.Settings(); err != nil {
		c.damagef("%v", err)
	}
	topics := tableOf[vigie.Topic](c.tx.tx, "topics")
	for k := range topics.keys(nil) {
		if t, err := topics.get(k); err != nil || t.ID != string(k) {
			c.damagef("%s is not the topic of that name", place("topics", k))
		}
	}
	pages := tableOf[vigie.PageText](c.tx.tx, "pages")
	for k := range pages.keys(nil) {
		if p, err := pages.get(k); err != nil || !bytes.Equal(pageKey(p.Page, p.Lang), k) || p.N < 1 {
			c.damagef("%s is not the text of that page", place("pages", k))
		}
	}
	secrets := tableOf[[]byte](c.tx.tx, "keys")
	for k := range secrets.keys(nil) {
		if key, err := secrets.get(k); err != nil || len(key) != keyBytes {
			c.damagef("%s is not a key", place("keys", k))
		}
	}
}
