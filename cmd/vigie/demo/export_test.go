package demo

// ParsePublisher reads a file of a publisher and returns how many items it has.
func ParsePublisher(body []byte) (int, error) {
	p, err := parsePublisher(body)
	return len(p.items), err
}
