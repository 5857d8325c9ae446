package vigie

import (
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// SynthesisID names a synthesis for ever; its titles and slugs may change. It is
// a ULID.
type SynthesisID string

// SynthesisKind says what sort of text a synthesis is.
type SynthesisKind string

// The kinds of synthesis.
const (
	// Brief is a short note on one event.
	Brief SynthesisKind = "brief"
	// Analysis sets several sources against each other.
	Analysis SynthesisKind = "analysis"
	// Bulletin gathers the news of a period.
	Bulletin SynthesisKind = "bulletin"
)

// The most that a [Writing] may hold.
const (
	MaxTitleLength   = 300     // characters
	MaxSummaryLength = 1000    // characters
	MaxBodyBytes     = 1 << 20 // bytes
)

// Synthesis is a text of the desk that leads back to its sources. It lives in
// several languages at once: each has a [Version] with a state of its own, and
// what the public reads is an [Edition], which no later edit changes.
//
// The transitions ([Synthesis.Revise], [Synthesis.Submit], [Synthesis.Return],
// [Synthesis.Publish], [Synthesis.Withdraw]) are pure: they return a changed
// copy and leave the receiver as it was.
type Synthesis struct {
	ID     SynthesisID   `json:"id"`
	Kind   SynthesisKind `json:"kind"`
	Topics []string      `json:"topics,omitempty"`
	// Authors are named on the page, in this order.
	Authors  []UserID         `json:"authors,omitempty"`
	Created  time.Time        `json:"created"`
	Versions map[Lang]Version `json:"versions,omitempty"`
	// Citations and Embeds belong to all languages.
	Citations []Citation `json:"citations,omitempty"`
	Embeds    []Embed    `json:"embeds,omitempty"`
	// Revision counts every change of anything in it, from 1; the store refuses
	// to write over a newer one.
	Revision int `json:"revision"`
}

// State is where the working text of one language stands.
type State string

// The states, in the order in which a text passes them. Revising a text brings
// it back to Drafted; what was published stays public meanwhile.
const (
	Drafted   State = "draft"
	InReview  State = "review"
	Published State = "published"
	Withdrawn State = "withdrawn"
)

// Writing is the text of a synthesis in one language.
type Writing struct {
	Title   string `json:"title"`
	Summary string `json:"summary,omitempty"`
	// Body is Markdown with the tokens of citations and figures.
	Body string `json:"body,omitempty"`
	// Slug is the readable part of the address; the identity decides, so it may
	// change and repeat.
	Slug string `json:"slug,omitempty"`
}

// Check returns an [InvalidError] when a part of the writing is too long. A
// draft may lack its title; [Synthesis.Submit] asks for it.
func (w Writing) Check() error {
	switch {
	case utf8.RuneCountInString(w.Title) > MaxTitleLength:
		return &InvalidError{Field: "title", Reason: fmt.Sprintf("is longer than %d characters", MaxTitleLength)}
	case utf8.RuneCountInString(w.Summary) > MaxSummaryLength:
		return &InvalidError{Field: "summary", Reason: fmt.Sprintf("is longer than %d characters", MaxSummaryLength)}
	case len(w.Body) > MaxBodyBytes:
		return &InvalidError{Field: "body", Reason: fmt.Sprintf("is larger than %d bytes", MaxBodyBytes)}
	}
	return nil
}

// Version is the working text of a synthesis in one language.
type Version struct {
	State State `json:"state"`
	// N counts the changes of this version, from 1. Whoever changes it says which
	// N they saw.
	N int `json:"n"`
	Writing
	// Writers touched the text since it was last published; where two persons are
	// asked for, none of them publishes it.
	Writers []UserID `json:"writers,omitempty"`
	// By and At are of the newest change, Why its reason where one was given.
	By  UserID    `json:"by"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"`
	// Edition is the number of the newest edition; 0 when there is none.
	Edition   int       `json:"edition,omitempty"`
	Published time.Time `json:"published,omitzero"`
	Withdrawn time.Time `json:"withdrawn,omitzero"`
	// Reason is why it was withdrawn, for the public; it stays while the text is
	// revised, and goes as it is published again.
	Reason string `json:"reason,omitempty"`
}

// Out reports whether the public reads an edition of this language. A withdrawn
// text that is being revised is not out before it is published again.
func (v Version) Out() bool { return v.Edition > 0 && v.Withdrawn.IsZero() }

// Edition is a text as it was published. It never changes.
type Edition struct {
	Synthesis SynthesisID `json:"synthesis"`
	Lang      Lang        `json:"lang"`
	// N counts the editions of this language, from 1.
	N       int           `json:"n"`
	Kind    SynthesisKind `json:"kind"`
	Topics  []string      `json:"topics,omitempty"`
	Authors []UserID      `json:"authors,omitempty"`
	Writing
	Citations []Citation `json:"citations,omitempty"`
	Embeds    []Embed    `json:"embeds,omitempty"`
	By        UserID     `json:"by"`
	Published time.Time  `json:"published"`
}

// Citation is a numbered source: a passage, and what a reader must know of its
// document, frozen at the moment of citing. A document that changes its title,
// or vanishes, changes no citation.
type Citation struct {
	// N is what the text calls it, as in [@1]. It is given once and not reused.
	N         int     `json:"n"`
	Passage   Passage `json:"passage"`
	Publisher string  `json:"publisher,omitempty"`
	Title     string  `json:"title"`
	URL       string  `json:"url,omitempty"`
	Lang      Lang    `json:"lang,omitempty"`
	Published Date    `json:"published,omitzero"`
	// Accessed is when vigie fetched the revision that is quoted.
	Accessed time.Time `json:"accessed,omitzero"`
}

// Embed is a figure within a text.
type Embed struct {
	// Indicator and Area say which series, as in {{figure IT.NET.USER.ZS MAR}}.
	Indicator string `json:"indicator"`
	Area      string `json:"area"`
	// Release is the vintage that the figure is frozen at; "" shows the newest
	// value, live.
	Release string `json:"release,omitempty"`
}

// Live reports whether the figure follows the newest value.
func (e Embed) Live() bool { return e.Release == "" }

// Same reports whether two embeds show the same series, whatever their releases.
func (e Embed) Same(o Embed) bool { return e.Indicator == o.Indicator && e.Area == o.Area }

// StaleError says that somebody changed a version since the caller read it. It
// is an [ErrConflict].
type StaleError struct {
	Lang Lang
	// Seen is the N that the caller saw, Current the one that there is.
	Seen, Current int
}

// Error implements error.
func (e *StaleError) Error() string {
	return fmt.Sprintf("the text in %s was changed in the meantime: version %d is now %d", e.Lang, e.Seen, e.Current)
}

// Is makes errors.Is(err, ErrConflict) true.
func (*StaleError) Is(target error) bool { return target == ErrConflict }

// Rules are the settings of the observatory that transitions obey.
type Rules struct {
	// TwoPersons asks that nobody publishes what they wrote themselves.
	TwoPersons bool `json:"two_persons"`
}

// Step says who does something to which version, when and why.
type Step struct {
	Lang Lang
	// Seen is the N of the version that the person looked at; 0 for a new one.
	Seen int
	// Revision is that of the whole synthesis as the person saw it, with citations,
	// figures and topics; 0 is not checked.
	Revision int
	By       User
	Now      time.Time
	Why      string
}

// Thing tells [Visible] about the text in one language as the portal shows it:
// public once an edition is out and not withdrawn, private to authors before.
func (s Synthesis) Thing(l Lang) Thing {
	if s.Versions[l].Out() {
		return Thing{Visibility: Public}
	}
	return s.Working()
}

// Working tells [Visible] about the working texts, which stay private whatever
// was published before.
func (s Synthesis) Working() Thing {
	return Thing{Visibility: Private, Authors: s.Authors}
}

// NextCitation returns the number for a citation that is added now.
func (s Synthesis) NextCitation() int {
	n := 0
	for _, c := range s.Citations {
		n = max(n, c.N)
	}
	return n + 1
}

// Revise replaces the text of a language, or begins it, and makes it a draft.
// What is published stays public. Errors: [ErrForbidden] for somebody who may
// not see the working text, [StaleError], [InvalidError].
func (s Synthesis) Revise(step Step, w Writing) (Synthesis, error) {
	if err := w.Check(); err != nil {
		return s, fmt.Errorf("revise the text in %s: %w", step.Lang, err)
	}
	return s.change("revise", step, s.worksOn(step.By), func(v *Version) error {
		v.State, v.Writing = Drafted, w
		if !slices.Contains(v.Writers, step.By.ID) {
			v.Writers = append(slices.Clone(v.Writers), step.By.ID)
		}
		return nil
	})
}

// Submit hands a draft to review. Errors: as [Synthesis.Revise], [ErrConflict]
// for what is no draft, [InvalidError] for a text without title or body.
func (s Synthesis) Submit(step Step) (Synthesis, error) {
	return s.change("submit", step, s.worksOn(step.By), func(v *Version) error {
		switch {
		case v.Title == "":
			return &InvalidError{Field: "title", Reason: "is missing"}
		case v.Body == "":
			return &InvalidError{Field: "body", Reason: "is missing"}
		}
		return move(v, InReview, Drafted)
	})
}

// Return sends a text in review back to its writers, with the reason in
// step.Why. Writers may take their own text back. Errors: as [Synthesis.Submit].
func (s Synthesis) Return(step Step) (Synthesis, error) {
	return s.change("return", step, s.worksOn(step.By), func(v *Version) error { return move(v, Drafted, InReview) })
}

// Publish makes a text in review public and returns its new edition, with the
// citations and figures of this moment. Errors: [ErrForbidden] for who may not
// publish and, where rules ask for two persons, for an author or a writer of the
// text; [StaleError]; [ErrConflict] for what is not in review.
func (s Synthesis) Publish(step Step, rules Rules) (Synthesis, Edition, error) {
	next, err := s.change("publish", step, step.By.May(Publish), func(v *Version) error {
		if rules.TwoPersons && (slices.Contains(s.Authors, step.By.ID) || slices.Contains(v.Writers, step.By.ID)) {
			return fmt.Errorf("another person than its writers must publish it: %w", ErrForbidden)
		}
		if err := move(v, Published, InReview); err != nil {
			return err
		}
		v.Edition++
		v.Published, v.Withdrawn, v.Reason, v.Writers = step.Now, time.Time{}, "", nil
		return nil
	})
	if err != nil {
		return s, Edition{}, err
	}
	v := next.Versions[step.Lang]
	return next, Edition{
		Synthesis: s.ID, Lang: step.Lang, N: v.Edition, Kind: s.Kind, Topics: slices.Clone(s.Topics), Authors: slices.Clone(s.Authors),
		Writing: v.Writing, Citations: slices.Clone(s.Citations), Embeds: slices.Clone(s.Embeds), By: step.By.ID, Published: step.Now,
	}, nil
}

// Withdraw takes what is published out of the public eye; its address says that
// it was withdrawn, and why. Revising brings it back as a draft. Errors:
// [ErrForbidden], [StaleError], [ErrConflict] where nothing is published.
func (s Synthesis) Withdraw(step Step) (Synthesis, error) {
	return s.change("withdraw", step, step.By.May(Publish), func(v *Version) error {
		if !v.Out() {
			return fmt.Errorf("nothing is published: %w", ErrConflict)
		}
		v.State, v.Withdrawn, v.Reason = Withdrawn, step.Now, step.Why
		return nil
	})
}

// worksOn reports whether somebody may change the working texts.
func (s Synthesis) worksOn(u User) bool { return Visible(u, s.Working()) }

// move takes a version from one state to the next.
func move(v *Version, to, from State) error {
	if v.State != from {
		return fmt.Errorf("it is in state %q, not %q: %w", v.State, from, ErrConflict)
	}
	v.State = to
	return nil
}

// change applies one step to a copy.
func (s Synthesis) change(verb string, step Step, allowed bool, apply func(*Version) error) (Synthesis, error) {
	v, there := s.Versions[step.Lang]
	var err error
	switch {
	case step.Lang == "" || step.Lang == Und:
		err = &InvalidError{Field: "language", Reason: "is missing"}
	case !allowed:
		err = fmt.Errorf("role %q may not: %w", step.By.Role, ErrForbidden)
	case v.N != step.Seen:
		err = &StaleError{Lang: step.Lang, Seen: step.Seen, Current: v.N}
	case !there && verb != "revise":
		err = ErrNotFound
	default:
		err = apply(&v)
	}
	if err != nil {
		return s, fmt.Errorf("%s the text in %s: %w", verb, step.Lang, err)
	}
	v.N++
	v.By, v.At, v.Why = step.By.ID, step.Now, step.Why
	s.Versions = maps.Clone(s.Versions)
	if s.Versions == nil {
		s.Versions = make(map[Lang]Version)
	}
	s.Versions[step.Lang] = v
	s.Revision++
	return s, nil
}

// FigureMark says that a figure which a published synthesis shows live has moved
// by more than rounding, so that somebody should read the text again. It goes
// when a new edition is published or somebody says that the text still holds.
type FigureMark struct {
	Synthesis SynthesisID `json:"synthesis"`
	Indicator string      `json:"indicator"`
	Area      string      `json:"area"`
	Period    Period      `json:"period"`
	Before    Decimal     `json:"before,omitempty"`
	After     Decimal     `json:"after,omitempty"`
	Vintage   VintageID   `json:"vintage"`
	At        time.Time   `json:"at"`
}
