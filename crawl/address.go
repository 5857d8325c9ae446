package crawl

import (
	"path"
	"strings"

	"vigie/crawl/polite"
)

// wantOf says what is to be hoped for at an address: a file that is no page may be
// large, and the address does not always tell.
func wantOf(address string) polite.Want {
	if isFile(address) {
		return polite.File
	}
	return polite.Item
}

// isFile reports whether an address ends like that of a document to keep.
func isFile(address string) bool {
	switch extensionOf(address) {
	case ".pdf", ".doc", ".docx", ".odt", ".rtf", ".xls", ".xlsx", ".ods", ".ppt", ".pptx", ".odp", ".epub", ".csv":
		return true
	}
	return false
}

// isThing reports whether an address ends like that of something that is no
// document: a picture, a style, a program.
func isThing(address string) bool {
	switch extensionOf(address) {
	case ".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".ico", ".bmp", ".tif", ".tiff",
		".css", ".js", ".mjs", ".json", ".map", ".woff", ".woff2", ".ttf", ".xml", ".rss", ".atom", ".xsl", ".ics",
		".mp3", ".mp4", ".m4a", ".ogg", ".ogv", ".webm", ".wav", ".avi", ".mov", ".mkv",
		".zip", ".gz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".tgz", ".deb", ".rpm", ".iso", ".exe", ".dmg", ".apk", ".msi":
		return true
	}
	return false
}

func extensionOf(address string) string {
	address, _, _ = strings.Cut(address, "?")
	return strings.ToLower(path.Ext(address))
}
