package main

import (
	"context"
	"os"

	"vigie/index/thesaurus"
)

// readDictionaries lets searches of the desk translate, once the dictionaries that are
// installed have been read: that takes half a second, for which nobody waits.
func (a *app) readDictionaries(ctx context.Context) {
	folder := a.cfg.Search.Dictionaries
	x := a.opened()
	if folder == "" || x == nil {
		return
	}
	known, err := thesaurus.LoadFolder(os.DirFS(folder))
	if err != nil {
		a.log.WarnContext(ctx, "a dictionary cannot be read", "folder", folder, "err", err)
	}
	for _, d := range known.All() {
		a.log.InfoContext(ctx, "a dictionary is used by searches", "from", d.From(), "to", d.To(), "words", d.Len())
	}
	x.Translate(known)
}
