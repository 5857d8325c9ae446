package auth

// ReadHash reads a PHC string and writes it again.
func ReadHash(phc string) (string, error) {
	h, err := parseHashed(phc)
	if err != nil {
		return "", err
	}
	return h.String(), nil
}

// Occupy takes both turns of the hasher; the function returned gives them back.
func (a *Authenticator) Occupy() (release func()) {
	a.hash.turns <- struct{}{}
	a.hash.turns <- struct{}{}
	return func() { <-a.hash.turns; <-a.hash.turns }
}

// Waiting counts those who wait for a turn.
func (a *Authenticator) Waiting() int64 { return a.hash.waiting.Load() }

// MaxWaiting shows the bound to tests.
const MaxWaiting = maxWaiting
