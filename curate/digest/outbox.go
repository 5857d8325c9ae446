package digest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"vigie"
	"vigie/curate/mail"
	"vigie/index/store"
)

// turnLetters sends the letters that are due, and returns when more are.
func (p *Post) turnLetters(ctx context.Context) (next time.Time, err error) {
	leave, err := p.letters.enter(ctx)
	if err != nil {
		return next, err
	}
	defer leave()
	if since, err := p.Held(); err != nil || !since.IsZero() {
		return next, err
	}
	due, next, err := p.waiting()
	if err != nil || len(due) == 0 {
		return next, err
	}
	if until, _ := p.heldUp(&p.lettersWay); p.now().Before(until) {
		return until, nil
	}
	s, err := p.settings()
	if err != nil {
		return next, fmt.Errorf("send letters: %w", err)
	}
	l := line{server: p.o.Mail}
	defer l.close()
	for _, letter := range due {
		again, err := p.sendLetter(ctx, &l, s, letter)
		if err != nil {
			return next, fmt.Errorf("send a letter: %w", err)
		}
		next = sooner(next, again)
	}
	return next, nil
}

// waiting returns the letters that are due, and when the next one is.
func (p *Post) waiting() (due []vigie.Letter, next time.Time, err error) {
	now := p.now()
	err = p.db.View(func(tx *store.Tx) error {
		for l, err := range tx.Letters() {
			if err != nil {
				return fmt.Errorf("read the letters: %w", err)
			}
			if now.Before(l.Next) {
				next = sooner(next, l.Next)
				continue
			}
			due = append(due, l)
		}
		return nil
	})
	return due, next, err
}

// sendLetter sends one letter and forgets it, or notes when it is tried again. The
// error is one that stops the pass.
func (p *Post) sendLetter(ctx context.Context, l *line, s vigie.Settings, letter vigie.Letter) (again time.Time, err error) {
	if p.now().Sub(letter.Made) > giveUp {
		return again, p.drop(ctx, letter, "no server took it for 3 days")
	}
	m := mail.Message{
		From: p.sender(s, letter.Lang), To: mail.Address{Email: letter.To}, Subject: letter.Subject, Text: letter.Text, HTML: letter.HTML,
		Lang: letter.Lang, MessageID: string(letter.ID) + "@" + p.domain(), Date: letter.Made, Automatic: true,
	}
	err = l.open(ctx)
	if err == nil {
		_, err = l.send(ctx, m)
	}
	e, known := errors.AsType[*mail.SendError](err)
	switch {
	case err == nil:
		p.serverWell(&p.lettersWay)
		return again, p.unput(ctx, letter)
	case ctx.Err() != nil:
		return again, ctx.Err()
	case !known && errors.Is(err, vigie.ErrInvalid):
		return again, p.drop(ctx, letter, redact(err.Error(), letter.To))
	case known && e.Recipient() && e.Fate == mail.Permanent:
		p.serverWell(&p.lettersWay)
		return again, p.drop(ctx, letter, redact(err.Error(), letter.To))
	}
	again, kept := p.putOff(ctx, letter, err)
	if known && e.Recipient() && e.Fate == mail.Temporary {
		p.serverWell(&p.lettersWay)
		return again, kept
	}
	p.serverFailed(ctx, &p.lettersWay, err)
	return again, errors.Join(err, kept)
}

// putOff notes why a letter was not taken. A server that may have taken it gets it
// again: a second copy harms nobody.
func (p *Post) putOff(ctx context.Context, letter vigie.Letter, why error) (again time.Time, err error) {
	letter.Attempts++
	letter.Reason = redact(why.Error(), letter.To)
	letter.Next = p.now().Add(wait(letter.Attempts))
	err = p.db.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error {
		if letter.About != "" {
			if _, err := tx.Subscriber(letter.About); errors.Is(err, vigie.ErrNotFound) {
				return tx.DeleteLetter(letter.ID) // they were erased meanwhile
			}
		}
		return tx.PutLetter(letter)
	})
	return letter.Next, err
}

// drop gives a letter up.
func (p *Post) drop(ctx context.Context, letter vigie.Letter, why string) error {
	p.o.Log.WarnContext(ctx, "a letter was dropped", "letter", letter.ID, "reason", why)
	return p.unput(ctx, letter)
}

func (p *Post) unput(ctx context.Context, letter vigie.Letter) error {
	return p.db.Update(context.WithoutCancel(ctx), func(tx *store.Tx) error { return tx.DeleteLetter(letter.ID) })
}
