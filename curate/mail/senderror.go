package mail

import (
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"unicode"
)

// Fate says what became of a mail that was not accepted.
type Fate string

// The fates.
const (
	// Temporary: not taken, and it may be tried again (replies 4xx, no connection).
	Temporary Fate = "temporary"
	// Permanent: not taken, and trying again is of no use (replies 5xx).
	Permanent Fate = "permanent"
	// Uncertain: nobody knows; the connection broke after the mail's last line and
	// before the answer.
	Uncertain Fate = "uncertain"
)

// Stage is how far the conversation came.
type Stage string

// The stages, in order.
const (
	StageConnect   Stage = "connect"
	StageGreeting  Stage = "greeting"
	StageTLS       Stage = "tls"
	StageAuth      Stage = "auth"
	StageSender    Stage = "sender"
	StageRecipient Stage = "recipient"
	StageData      Stage = "data"
	StageEnd       Stage = "end"
)

// SendError says why a mail was not accepted.
type SendError struct {
	Fate  Fate
	Stage Stage
	// Code is the server's reply, for example 550; 0 when there was none.
	Code int
	// Reply is the server's text on one line, without control characters, at most
	// 300 bytes.
	Reply string
	// Err is the cause where there was no reply.
	Err error
}

// Error implements error.
func (e *SendError) Error() string {
	if e.Code != 0 {
		return fmt.Sprintf("send mail: %s: the server answered %d %s (%s)", e.Stage, e.Code, e.Reply, e.Fate)
	}
	return fmt.Sprintf("send mail: %s: %v (%s)", e.Stage, e.Err, e.Fate)
}

// Unwrap returns the cause.
func (e *SendError) Unwrap() error { return e.Err }

// Recipient reports whether the error is about this recipient or this mail. All
// others are about the server or the way to it, and the next mail would meet
// them too.
func (e *SendError) Recipient() bool {
	return e.Code != 0 && e.Code != 421 && (e.Stage == StageRecipient || e.Stage == StageData || e.Stage == StageEnd)
}

// ErrNoTLS means that the server offers no encryption and is not on loopback.
var ErrNoTLS = errors.New("the server offers no STARTTLS, and mail does not go there in the clear")

// ErrClosed means that the session's connection is gone; open another.
var ErrClosed = errors.New("the connection is closed")

// failure makes a SendError of what a stage returned. lost says what a broken
// connection means there.
func failure(stage Stage, err error, lost Fate) *SendError {
	e := &SendError{Fate: lost, Stage: stage, Err: err}
	if reply, ok := errors.AsType[*textproto.Error](err); ok {
		e.Code, e.Reply, e.Err = reply.Code, oneLine(reply.Msg), nil
		switch reply.Code / 100 {
		case 4:
			e.Fate = Temporary
		case 5:
			e.Fate = Permanent
		default: // no answer that the standard allows: nothing is known
			e.Fate = lost
		}
	}
	return e
}

func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "?"), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "")
	}
	return s
}
