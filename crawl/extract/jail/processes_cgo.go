//go:build cgo

package jail

// processNamespace asks for none: libpsx, by which a build with cgo restricts all
// its threads, looks for them in /proc under the number that it has in its own
// namespace, and would find those of another process.
const processNamespace uintptr = 0
