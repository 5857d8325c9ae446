package web

import (
	"vigie"
)

// synthesisRoutes are for writing and publishing.
func (s *Server) synthesisRoutes() []Route {
	const syntheses = "/{language}/bureau/syntheses"
	return []Route{
		{Pattern: "POST " + syntheses + "/citer", Permission: vigie.WriteOwn, handle: s.cite},
	}
}

// bureau is where syntheses are written.
func bureau(a *asking) string { return "/" + string(a.Lang) + "/bureau/syntheses" }

// writing is the frame of a page for writing.
func writing(key string) frame { return frame{Key: key, Desk: true, Door: "door.write"} }
