package ui

import (
	"html/template"
	"time"

	"vigie"
	"vigie/curate/chart"
	"vigie/curate/indicator"
	"vigie/curate/locale"
)

// Indicators is the public list of what is measured.
type Indicators struct {
	Groups []FigureGroup
}

// FigureGroup are the figures of a topic; Topic is "" for those without one.
type FigureGroup struct {
	ID, Topic string
	Figures   []KeyFigure
}

// Choice is one entry of a list to choose from.
type Choice struct {
	Value, Name string
	Chosen      bool
}

// Indicator is the public page of what is measured.
type Indicator struct {
	ID, Title, Definition string
	// DefLang is the language that the definition is in, where it is not the page's.
	DefLang vigie.Lang
	// Key is the value that stands first.
	Key KeyFigure
	// Places are those that there are values of.
	Places   []Choice
	Compared []Compared
	// More are the places that can be added; none where there are as many as may be.
	More  []Choice
	Chart template.HTML
	Says  []locale.Part
	Table chart.Table

	Publisher, Source, SourceURL, Licence string
	Edition                               string
	Released                              time.Time
	Freq                                  vigie.Frequency
	Codes                                 []vigie.IndicatorCode
	Formula                               []FormulaPart
	Revisions                             []Revised
	Used                                  []Teaser
	Topics                                []Link
	CSV, ExcelCSV, XLSX                   string
	// Address is the permalink, Site the observatory, for citing.
	Address, Site string
	Now           time.Time
}

// Compared is a place beside the chosen one, with the page without it.
type Compared struct{ Code, Name, Without string }

// FormulaPart is a stretch of a formula: a sign, a function's key, or a link.
type FormulaPart struct {
	Text, Key string
	Link      Link
}

// Revised says that a value was changed beyond rounding.
type Revised struct {
	Period, Before, After, Edition string
	At                             time.Time
}

// Figures is the desk's list of indicators.
type Figures struct {
	Rows []FigureRow
	// Import is the address to import a file at, New the one to describe an
	// indicator at.
	Import, New string
}

// FigureRow is an indicator in the desk's list.
type FigureRow struct {
	ID, Title, URL, Vintages, Page string
	// Value is "" while there is none.
	Value, Unit, Place, Period string
	Source                     string
	Computed                   bool
	Count, Marked              int
}

// FigureForm is the form of an indicator.
type FigureForm struct {
	New  bool
	ID   string
	Seen vigie.Hash
	// Names, Units and Definitions are in the languages of the pages.
	Texts     []FigureTexts
	Freqs     []Choice
	Decimals  string
	Measure   string
	Publisher string
	Source    string
	SourceURL string
	Licence   string
	Formula   string
	// Codes are those of others, one a line: "WDI IT.NET.BBND.P2".
	Codes  string
	Topics []Choice
	Faults []FormFault
	// Names are the identities that a formula may use.
	Names []string
	// Deletable says that nothing hangs on it.
	Deletable bool
	Vintages  string
	Stale     bool
}

// FigureTexts are the words of an indicator in one language.
type FigureTexts struct {
	Lang                   vigie.Lang
	Dir, LangName          string
	Name, Unit, Definition string
}

// FormFault is what is wrong with a field, with a part of it in the words of who
// found it.
type FormFault struct{ Field, Key, Detail string }

// ImportFile is the first step of an import.
type ImportFile struct {
	ID         string
	Indicators []Choice
	Fault      *FileFault
	Now        time.Time
}

// FileFault is what is wrong with a file, or at one place of it.
type FileFault struct {
	// Row is 0 for the file as a whole; Column may be "".
	Row    int
	Column string
	// Key of the sentence, with Value in it.
	Key, Value string
	// Words are English ones for which there is no sentence.
	Words string
}

// ImportColumns is the step where columns get their meaning.
type ImportColumns struct {
	ID, File, About string
	Columns         []ImportColumn
	Marks, Sheets   []Choice
	Charsets        []Choice
	Areas           []Choice
	Area            string
	AskArea         bool
	Doubts          []indicator.Doubt
	Header, Rows    int
	Fault           *FileFault
}

// ImportColumn is one column with what it may mean.
type ImportColumn struct {
	N       int
	Title   string
	Roles   []ImportRole
	Samples []string
}

// ImportRole is what a column may hold.
type ImportRole struct {
	Value, Key, Detail string
	Chosen             bool
}

// ImportPreview shows what an import would do.
type ImportPreview struct {
	ID, File, About string
	// Query is how the file is to be read, Back the step before.
	Query, Back string
	Seen        vigie.Hash
	Doubts      []indicator.Doubt
	Faults      []FileFault
	More        int
	Counts      ImportCounts
	Changes     []ImportChange
	// Left counts the changes that are not listed.
	Left          int
	Empty, NoArea int
	NoAreaNames   []string
	Strange       []string
	Nothing       bool
	Edition, Note string
	Stale         bool
	Fields        []FormFault
}

// ImportCounts are those of an import.
type ImportCounts struct{ Added, Revised, Rounded, Restated, Unchanged, Absent int }

// ImportChange is a row of what an import does. Kind is "added", "revised",
// "rounded" or "restated".
type ImportChange struct {
	Kind, Indicator, Place, Code, Period, Parts, Before, After string
}

// ImportDone tells what an import did.
type ImportDone struct {
	Counts   ImportCounts
	Edition  string
	Released time.Time
	// Figures lead to the indicators, Computed to those that follow from them.
	Figures, Computed []Link
	Marks             []ImportMark
}

// ImportMark is a synthesis that shows a figure which moved.
type ImportMark struct {
	Title, URL, Figure, Place, Period, Before, After string
}

// Vintages lists the publications of an indicator and compares two of them.
type Vintages struct {
	ID, Title, Back string
	List            []VintageRow
	From, To        []Choice
	Counts          ImportCounts
	Changes         []ImportChange
	Left            int
	Compared        bool
}

// VintageRow is one publication.
type VintageRow struct {
	Edition, Note, By       string
	Released                time.Time
	Added, Revised, Rounded int
	Computed                bool
}
