package ui

import (
	"time"

	"vigie"
)

// Digest says what goes out next, and what became of the last issues.
type Digest struct {
	Now time.Time
	// Missing is the key of why no mail can be sent; "" where it can.
	Missing string
	// Held is since when nothing is sent because a backup was restored.
	Held time.Time
	// Trouble is what the mail server does not do; nil where all is well.
	Trouble *MailTrouble
	Counts  []StateCount
	Next    []NextIssue
	// Hold is how long an issue waits before it goes out.
	Hold                   time.Duration
	Waiting, Sending, Sent []IssueLine
	// Newest and Older are where the list of what was sent goes on; "" for nowhere.
	Newest, Older    string
	MaySend, MayKeep bool
}

// MailTrouble is what the mail server does not do.
type MailTrouble struct {
	Failures int
	Again    time.Time
	// Reason is in the words of the program.
	Reason string
}

// StateCount is how many subscribers are in a state.
type StateCount struct {
	State vigie.SubscriberState
	N     int
}

// NextIssue is what the next issue of a cadence would be.
type NextIssue struct {
	Cadence        vigie.Cadence
	At             time.Time
	Items, Figures int
	// Readers is how many active subscribers want the cadence.
	Readers int
}

// IssueLine is an issue with what its ledger adds up to.
type IssueLine struct {
	ID             vigie.IssueID
	State          vigie.IssueState
	Cadence        vigie.Cadence
	From, Until    vigie.Date
	Made, Send     time.Time
	Items, Figures int
	// Due says that nothing holds it up any more.
	Due bool
	// Asks says that it waits for a person's word, after a backup was restored.
	Asks    bool
	Balance vigie.Balance
	// Settled counts the mails of which something is known.
	Settled int
}

// DeskIssue is one issue as the desk sees it.
type DeskIssue struct {
	IssueLine
	Now     time.Time
	Missing string
	// By is who asked for it; "" where the timetable did.
	By    string
	Shown IssuePage
	// Doubtful are the mails whose fate a person has to decide.
	Doubtful, Failed []DeliveryLine
	MaySend, MayKeep bool
}

// DeliveryLine is one mail of an issue.
type DeliveryLine struct {
	Subscriber vigie.SubscriberID
	// Email is "" for who may not see subscribers.
	Email     string
	MessageID string
	At        time.Time
	Code      int
	// Reason is in the words of the server, or of the program.
	Reason   string
	Attempts int
}

// MailPreview is the mail of an issue as readers get it.
type MailPreview struct {
	// Name is what the address names: an issue, or a cadence whose next issue is a
	// Draft.
	Name    string
	Draft   bool
	Cadence vigie.Cadence
	// Lang and Dir are of the mail.
	Lang      vigie.Lang
	Dir       string
	Languages []Language
	// Small shows it as narrow as on a telephone.
	Small bool
	// Empty says that there is nothing to tell.
	Empty         bool
	Subject, Text string
	// Source is the address of the HTML alone; KB is the size of the mail.
	Source  string
	KB      int
	MaySend bool
	Missing string
	// Email is where a trial goes.
	Email string
}

// Subscribers is a list of them.
type Subscribers struct {
	Now          time.Time
	Query        string
	State        vigie.SubscriberState
	States       []vigie.SubscriberState
	List         []SubscriberLine
	Total        int
	Newer, Older string
	Page         int
}

// SubscriberLine is a subscriber in a list.
type SubscriberLine struct {
	ID       vigie.SubscriberID
	Email    string
	State    vigie.SubscriberState
	Cadence  vigie.Cadence
	Language string
	Topics   []string
	Since    time.Time
}

// SubscriberPage is one subscriber.
type SubscriberPage struct {
	SubscriberLine
	Now time.Time
	// Ledger is what was agreed to and taken back, newest first.
	Ledger []ConsentLine
	Faults Faults
}

// ConsentLine is one act of consent. Act and Via are keys.
type ConsentLine struct {
	At       time.Time
	Act, Via string
	Wording  string
}
