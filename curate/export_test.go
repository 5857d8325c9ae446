package curate

// SetStoryWindow makes a follower hold so many prints in memory, from its next start
// of a table.
func SetStoryWindow(s *Stories, n int) { s.window = n }
