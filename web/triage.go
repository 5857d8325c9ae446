package web

// triageRoutes are for sorting what comes in.
func (s *Server) triageRoutes() []Route {
	return nil
}
