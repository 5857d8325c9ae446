package web

// settingsRoutes are for settings and accounts of others.
func (s *Server) settingsRoutes() []Route {
	return nil
}
