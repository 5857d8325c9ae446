package web

// letterRoutes are for subscribing and its links.
func (s *Server) letterRoutes() []Route {
	return nil
}
