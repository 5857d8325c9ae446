// Package mail writes mails and hands them to an SMTP server.
//
// A [Message] goes to one recipient, because each has an own link to
// unsubscribe. [Message.Bytes] gives what goes over the wire; [SMTP] is a server
// that the operator named, and sends:
//
//	receipt, err := server.Send(ctx, message)
//
// or, for many messages over one connection, [SMTP.Open] and [Session.Send].
//
// # What an error means
//
// SMTP cannot send the same mail twice as one, so what matters about a failure
// is whether the server may have taken the mail. A [SendError] says it:
// Temporary and Permanent mean that the server certainly did not; Uncertain
// means that the whole mail was handed over and the connection broke before the
// answer. Whoever sends a digest must keep that in its ledger, and never send an
// uncertain mail again by itself.
//
// # Caveats
//
// The connection is encrypted with STARTTLS, and not made without it, unless the
// server is on a loopback address. The package opens no connection itself: it is
// given a function that does, so that the address policy stands in one place.
// Addresses with other than ASCII letters before the @ are refused.
//
// An SMTP may be used concurrently; a Session by one goroutine at a time.
package mail
