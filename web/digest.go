package web

// digestRoutes are for the digest at the desk.
func (s *Server) digestRoutes() []Route {
	return nil
}
