//go:build !amd64 && !arm64

package jail

const (
	machine      = 0 // no filter
	foreignCalls = 0xffffffff
)

func olderCalls() []uint32 { return nil }
