package ui

import (
	"html/template"
	"strings"
	"time"

	"vigie"
)

// Tab is an entry of the second level of the navigation.
type Tab struct {
	// Key of its name.
	Key, URL string
	Current  bool
}

// Trouble is what is wrong with one field, with the values that its sentence names.
type Trouble struct {
	// Field is the id of the input, Key that of the sentence.
	Field, Key string
	// Value and More stand in the sentence, where it has places for them.
	Value, More string
}

// SettingsForm is one tab of the settings.
type SettingsForm struct {
	Tabs []Tab
	// Action is the path that the form goes to; Seal stands for what was shown.
	Action, Seal string
	Groups       []QuestionGroup
	Lists        []Suggestions
	Troubles     []Trouble
	// Changed is what somebody else changed meanwhile.
	Changed []Difference
	// Shades are the colours as they will look; nil on tabs without.
	Shades []Shade
}

// QuestionGroup are questions that belong together.
type QuestionGroup struct {
	// Legend and Hint are keys; "" for none. Number stands in the legend.
	Legend, Hint string
	Number       int
	Questions    []Question
}

// Question is one field of a form.
type Question struct {
	// Kind is "line", "lines", "code", "number", "select", "ticks" or "choice".
	Kind string
	// Name is the name and the id of the input. Label and Hint are keys; "" for no
	// hint.
	Name, Label, Hint string
	// Lang is the language that is asked for, with its direction and its name; "" for
	// none.
	Lang          vigie.Lang
	Dir, LangName string
	Value         string
	// Min and Max bound a number, Max the length of a line; 0 for no bound.
	Min, Max int
	// List is the id of some [Suggestions]; "" for none.
	List    string
	Options []Offer
	Trouble Trouble
}

// Described are the ids of what describes the field; "" where nothing does.
func (q Question) Described() string {
	var ids []string
	if q.Hint != "" {
		ids = append(ids, q.Name+"-hint")
	}
	if q.Trouble.Key != "" {
		ids = append(ids, q.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// Offer is an answer to choose.
type Offer struct {
	Value, Label string
	Lang         vigie.Lang
	Dir          string
	Chosen       bool
}

// Suggestions are what may be meant for a field.
type Suggestions struct {
	ID      string
	Options []Offer
}

// Difference is a field that has another value than the one that somebody wants to save.
type Difference struct {
	// Label is a key.
	Label    string
	LangName string
	// Theirs is what is kept, Mine what is in the form.
	Theirs, Mine string
}

// Shade is a colour in both schemes, with its contrasts in words.
type Shade struct {
	// Label is a key.
	Label                 string
	Light, Dark           string
	LightRatio, DarkRatio string
}

// Topics is the list of topics, with the form to add one.
type Topics struct {
	Tabs     []Tab
	List     []TopicLine
	Action   string
	Groups   []QuestionGroup
	Troubles []Trouble
}

// TopicLine is a topic in the list.
type TopicLine struct {
	ID, Label, URL string
	Use            TopicUse
	// Missing are the names of the languages that it has no label in.
	Missing []string
}

// TopicUse counts what is filed under a topic.
type TopicUse struct {
	Syntheses, Indicators, Sources, Subscribers int
	Any                                         bool
}

// TopicForm is the page of one topic.
type TopicForm struct {
	Tabs []Tab
	// Trail is the path of the list.
	Trail, Action, Remove string
	ID, Label, Seal       string
	Use                   TopicUse
	Group                 QuestionGroup
	Troubles              []Trouble
	Changed               []Difference
	// Refused says that the topic could not be removed.
	Refused bool
}

// OwnPages lists the pages that the observatory writes about itself.
type OwnPages struct {
	Tabs  []Tab
	Pages []OwnPage
	Now   time.Time
}

// OwnPage is one of those pages in every language.
type OwnPage struct {
	// Key of its name.
	Key   string
	Texts []OwnText
}

// OwnText is what a page says in one language.
type OwnText struct {
	Lang          vigie.Lang
	Dir, LangName string
	// URL is where it is changed, Public where it is read.
	URL, Public string
	// Title is "" where nothing was written.
	Title string
	// Off is set where the public does not read it.
	Off bool
	At  time.Time
	By  string
}

// OwnPageForm changes a page in one language.
type OwnPageForm struct {
	Tabs          []Tab
	Trail, Action string
	// Key of the name of the page.
	Key           string
	Lang          vigie.Lang
	Dir, LangName string
	// N is the number of the text that was shown.
	N int
	// Out says that the public reads the kept text.
	Out         bool
	Title, Body string
	Troubles    []Trouble
	// Preview is the body as readers will see it; "" where nobody asked.
	Preview template.HTML
	// Lost are what readers will not see: the keys of why.
	Lost []string
	// Theirs is the text that somebody else saved meanwhile.
	Theirs *OwnText
	// TheirBody is its body.
	TheirBody string
	Now       time.Time
}

// Of returns the trouble of a field; the zero one where there is none.
func (f OwnPageForm) Of(field string) Trouble {
	for _, t := range f.Troubles {
		if t.Field == field {
			return t
		}
	}
	return Trouble{}
}
