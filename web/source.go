package web

// sourceRoutes are for the sources.
func (s *Server) sourceRoutes() []Route {
	return nil
}
