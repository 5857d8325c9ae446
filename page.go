package vigie

import (
	"fmt"
	"slices"
	"time"
)

// PageName names one of the pages that the observatory writes about itself. It
// is the last part of the page's address.
type PageName string

// The pages.
const (
	AboutPage   PageName = "a-propos"
	MethodPage  PageName = "methode"
	ContactPage PageName = "contact"
	LegalPage   PageName = "mentions-legales"
	PrivacyPage PageName = "donnees-personnelles"
)

// PageNames returns all pages, in the order of the foot of the portal.
func PageNames() []PageName {
	return []PageName{AboutPage, MethodPage, ContactPage, LegalPage, PrivacyPage}
}

// PageText is what a page says in one language.
type PageText struct {
	Page  PageName `json:"page"`
	Lang  Lang     `json:"lang"`
	Title string   `json:"title"`
	// Body is Markdown.
	Body string    `json:"body"`
	By   UserID    `json:"by,omitempty"`
	At   time.Time `json:"at"`
	// N counts the changes from 1; whoever changes the text says which N they saw.
	N int `json:"n"`
	// Off keeps the text from the public. Saving it again puts it back.
	Off bool `json:"off,omitempty"`
}

// Check returns an [InvalidError] for the first fault of p.
func (p PageText) Check() error {
	if !slices.Contains(PageNames(), p.Page) {
		return &InvalidError{Field: "page", Reason: fmt.Sprintf("%.40q is none of the pages", string(p.Page))}
	}
	if _, err := ParseLang(string(p.Lang)); err != nil {
		return err
	}
	return Writing{Title: p.Title, Body: p.Body}.Check()
}
