package web

// figureRoutes are for indicators at the desk.
func (s *Server) figureRoutes() []Route {
	return nil
}
