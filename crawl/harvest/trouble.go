package harvest

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"strings"

	"vigie"
	"vigie/crawl/polite"
	"vigie/feeds"
)

// TroubleOf says to programs why a source could not be read; the zero value for nil.
// Readers name their own troubles with a [vigie.TroubleError]; those of the way out
// and of the network are known here.
func TroubleOf(err error) vigie.Trouble {
	if err == nil {
		return vigie.Trouble{}
	}
	if own, ok := errors.AsType[*vigie.TroubleError](err); ok {
		return own.Trouble
	}
	for _, known := range []func(error) (vigie.Trouble, bool){politeTrouble, tlsTrouble, networkTrouble, answerTrouble} {
		if t, ok := known(err); ok {
			return t
		}
	}
	return vigie.Trouble{Code: vigie.TroubleOther}
}

// politeTrouble knows the errors of the way out. A robots.txt file that could not be
// read wraps its cause, so it comes first.
func politeTrouble(err error) (vigie.Trouble, bool) {
	if robots, ok := errors.AsType[*polite.RobotsError](err); ok {
		if robots.Cause != nil {
			// What is wrong with the whole host says more than its robots.txt does.
			switch t := TroubleOf(robots.Cause); t.Code {
			case vigie.TroubleName, vigie.TroubleDown, vigie.TroubleSlow, vigie.TroubleCertificate:
				return t, true
			}
			return vigie.Trouble{Code: vigie.TroubleRobotsUnread, What: robots.Origin}, true
		}
		return vigie.Trouble{Code: vigie.TroubleRobots, What: robots.Rule}, true
	}
	if retry, ok := errors.AsType[*polite.RetryError](err); ok {
		t := vigie.Trouble{Code: vigie.TroubleRetry, Status: retry.Status, Until: retry.Until.UTC(), What: retry.Host}
		if retry.Challenge {
			t.Code = vigie.TroubleChallenge
		}
		return t, true
	}
	if budget, ok := errors.AsType[*polite.BudgetError](err); ok {
		return vigie.Trouble{Code: vigie.TroubleBudget, Until: budget.Until.UTC(), What: budget.Host}, true
	}
	if status, ok := errors.AsType[*polite.StatusError](err); ok {
		return vigie.Trouble{Code: vigie.TroubleStatus, Status: status.Code}, true
	}
	if address, ok := errors.AsType[*polite.AddressError](err); ok {
		return vigie.Trouble{Code: vigie.TroubleAddress, What: address.Host}, true
	}
	var code string
	switch {
	case errors.Is(err, polite.ErrTooBig):
		code = vigie.TroubleBig
	case errors.Is(err, polite.ErrRedirect):
		code = vigie.TroubleRedirect
	case errors.Is(err, polite.ErrEncoding):
		code = vigie.TroublePacking
	case errors.Is(err, polite.ErrTimeout):
		code = vigie.TroubleSlow
	}
	return vigie.Trouble{Code: code}, code != ""
}

// tlsTrouble knows the ways in which a connection is not safe.
func tlsTrouble(err error) (vigie.Trouble, bool) {
	verification, unverified := errors.AsType[*tls.CertificateVerificationError](err)
	_, unknown := errors.AsType[x509.UnknownAuthorityError](err)
	_, invalid := errors.AsType[x509.CertificateInvalidError](err)
	_, named := errors.AsType[x509.HostnameError](err)
	_, header := errors.AsType[tls.RecordHeaderError](err)
	_, alert := errors.AsType[tls.AlertError](err)
	ours := errors.Is(err, polite.ErrCertificate) || errors.Is(err, polite.ErrTLS)
	if !ours && !unverified && !unknown && !invalid && !named && !header && !alert && !strings.Contains(err.Error(), "tls: ") {
		return vigie.Trouble{}, false // crypto/tls has no type for most of its errors
	}
	t := vigie.Trouble{Code: vigie.TroubleCertificate}
	if unverified && len(verification.UnverifiedCertificates) > 0 {
		t.Until = verification.UnverifiedCertificates[0].NotAfter.UTC()
	}
	return t, true
}

// networkTrouble knows the errors of names and connections.
func networkTrouble(err error) (vigie.Trouble, bool) {
	if name, ok := errors.AsType[*net.DNSError](err); ok {
		return vigie.Trouble{Code: vigie.TroubleName, What: name.Name}, true
	}
	if network, ok := errors.AsType[net.Error](err); ok && network.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return vigie.Trouble{Code: vigie.TroubleSlow}, true
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		t := vigie.Trouble{Code: vigie.TroubleDown}
		if op.Addr != nil {
			t.What = op.Addr.String()
		}
		return t, true
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return vigie.Trouble{Code: vigie.TroubleCut}, true
	}
	if errors.Is(err, io.EOF) {
		return vigie.Trouble{Code: vigie.TroubleDown}, true
	}
	return vigie.Trouble{}, false
}

// answerTrouble knows the readers' errors about an answer by the field that they
// complain of, where they name no trouble themselves.
func answerTrouble(err error) (vigie.Trouble, bool) {
	if other, ok := errors.AsType[*feeds.NotFeedError](err); ok {
		switch {
		case strings.Contains(other.Looks, "HTML"):
			return vigie.Trouble{Code: vigie.TroublePage}, true
		case strings.Contains(other.Looks, "empty"):
			return vigie.Trouble{Code: vigie.TroubleEmpty}, true
		}
		return vigie.Trouble{Code: vigie.TroubleNotFeed}, true
	}
	invalid, ok := errors.AsType[*vigie.InvalidError](err)
	if !ok {
		return vigie.Trouble{}, false
	}
	t := vigie.Trouble{What: invalid.Field}
	switch field := invalid.Field; {
	case field == "feed":
		t.Code = vigie.TroubleNotFeed
	case field == "address", field == "address of validators":
		t.Code = vigie.TroubleNoAddress
	case field == "url", field == "page", field == "text":
		t.Code = vigie.TroubleNotPage
	case field == "list", field == "list.allow", field == "list.sitemap":
		t.Code = vigie.TroubleLinks
	case strings.HasPrefix(field, "list."):
		t.Code = vigie.TroubleNothing
	default:
		t.Code = vigie.TroubleOther
	}
	return t, true
}
