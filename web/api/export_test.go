package api

// Kept is how many answers are kept.
func (a *API) Kept() int {
	a.kept.mu.Lock()
	defer a.kept.mu.Unlock()
	return len(a.kept.answers)
}

// Enter counts one more search of a token, until leave is called.
func (a *API) Enter(token string) (leave func(), err error) { return a.crowd.enter(token) }
