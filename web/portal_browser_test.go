package web_test

import (
	"testing"

	"vigie/index/store/storetest"
	"vigie/web"
	"vigie/web/browsertest"
)

// portalAddresses are the pages of a furnished portal, "/L/" standing for each language.
func portalAddresses(t *testing.T) (base string, pages map[string]string) {
	t.Helper()
	n := newPortal(t)
	p := n.showcase(t)
	n.o.PublicURL = ""
	return serve(t, server(t, n.o)), map[string]string{
		"home": "/L/", "article": "/L/syntheses/" + string(p.whole), "foreign": "/L/syntheses/" + string(p.french), "withdrawn": "/L/syntheses/" + string(p.gone),
		"half": "/L/syntheses/" + string(p.half), "syntheses": "/L/syntheses", "topic": "/L/themes/usages", "written": "/L/a-propos", "unwritten": "/L/contact",
		"find": "/L/recherche?q=fibre&langue=toutes", "find-none": "/L/recherche?q=zzz", "find-form": "/L/recherche",
	}
}

// TestPortalInBrowser opens every page of the portal in Chromium.
func TestPortalInBrowser(t *testing.T) {
	t.Parallel()
	browsertest.Need(t)
	base, pages := portalAddresses(t)
	empty := serve(t, server(t, web.Options{DB: storetest.Open(t), Version: "0.1.0"}))
	browsertest.Run(t, "portal.mjs", map[string]any{"base": base, "empty": empty, "pages": pages})
}
