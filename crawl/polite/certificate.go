package polite

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// mostNames bounds how many names of a certificate are told.
const mostNames = 3

// explainTLS says in words what is wrong with a certificate or an encrypted
// connection; nil when it is something else.
func explainTLS(err error) error {
	if bad, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Errorf("%w: %s: %w", ErrCertificate, certificateWords(bad.Err), err)
	}
	var record tls.RecordHeaderError
	var alert tls.AlertError
	if errors.As(err, &record) || errors.As(err, &alert) || strings.Contains(err.Error(), "tls: ") {
		return fmt.Errorf("%w: %w", ErrTLS, err)
	}
	return nil
}

func certificateWords(err error) string {
	var invalid x509.CertificateInvalidError
	var name x509.HostnameError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && invalid.Cert != nil:
		return fmt.Sprintf("it is valid from %s to %s only", invalid.Cert.NotBefore.UTC().Format(time.DateOnly), invalid.Cert.NotAfter.UTC().Format(time.DateOnly))
	case errors.As(err, &name) && name.Certificate != nil:
		names := name.Certificate.DNSNames
		return fmt.Sprintf("it is not for %.100q but for %.100q", name.Host, names[:min(len(names), mostNames)])
	case errors.As(err, &authority):
		return "no authority that this machine trusts has signed it"
	}
	return "it cannot be trusted"
}
