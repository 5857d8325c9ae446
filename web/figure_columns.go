package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"vigie"
	"vigie/curate"
	"vigie/curate/indicator"
	"vigie/web/ui"
)

// Bounds of the page of columns.
const (
	mostFormColumns = 500
	samplesShown    = 3
	longestSample   = 60
)

// layoutFrom reads how a file is to be understood: c0, c1 and so on are the roles
// of columns, as roleValue writes them.
func layoutFrom(q url.Values) curate.Layout {
	l := curate.Layout{
		Format: indicator.Format{Sheet: q.Get("feuille"), Charset: q.Get("signes")},
		Area:   strings.ToUpper(strings.TrimSpace(q.Get("lieu"))),
	}
	if !vigie.ValidCode(l.Area) {
		l.Area = ""
	}
	if mark := indicator.Mark(q.Get("decimale")); mark == indicator.Point || mark == indicator.Comma {
		l.Mapping.Decimal = mark
	}
	for n := range mostFormColumns {
		value, there := q[fmt.Sprintf("c%d", n)]
		if !there {
			break
		}
		l.Mapping.Columns = append(l.Mapping.Columns, columnFrom(value[0]))
	}
	return l
}

// columnFrom reads what roleValue wrote. What is not known is ignored.
func columnFrom(value string) indicator.Column {
	name, more, _ := strings.Cut(value, ":")
	c := indicator.Column{Role: indicator.Role(name)}
	if !slices.Contains(roles(), c.Role) {
		return indicator.Column{}
	}
	switch c.Role {
	case indicator.PeriodValue:
		c.Period, _ = vigie.ParsePeriod(more) // none is refused when the file is read
	case indicator.Breakdown:
		c.Dimension = more
	default:
	}
	return c
}

// roleValue writes the role of a column with what belongs to it.
func roleValue(c indicator.Column) string {
	switch c.Role {
	case indicator.PeriodValue:
		return string(c.Role) + ":" + c.Period.String()
	case indicator.Breakdown:
		return string(c.Role) + ":" + c.Dimension
	default:
		return string(c.Role)
	}
}

// roles are what a column may hold, in the order in which they are offered.
func roles() []indicator.Role {
	return []indicator.Role{
		indicator.Ignored, indicator.Area, indicator.AreaName, indicator.When, indicator.PartOfYear, indicator.Value, indicator.PeriodValue,
		indicator.Name, indicator.Breakdown, indicator.Status, indicator.Unit, indicator.Decimals, indicator.Source, indicator.Note,
	}
}

// importColumns shows what each column is taken for.
func (s *Server) importColumns(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	plan, gone, err := s.planAt(w, r, q)
	if gone || err != nil {
		return err
	}
	if plan.Done != nil {
		return s.done(w, r, importsPath(asker(r))+"/"+string(plan.Upload.ID)+"/fait", "")
	}
	a := asker(r)
	m := ui.ImportColumns{
		ID: string(plan.Upload.ID), File: plan.Upload.Name, About: aboutFile(a, plan), Doubts: plan.Layout.Mapping.Doubts,
		Header: plan.Layout.Mapping.Header, Rows: plan.Table.Len(), Area: plan.Layout.Area,
	}
	samples := samplesOf(plan)
	for n, c := range plan.Layout.Mapping.Columns {
		m.Columns = append(m.Columns, columnChoice(n, c, samples))
	}
	for _, mark := range []indicator.Mark{indicator.Point, indicator.Comma} {
		key := "import.mark.point"
		if mark == indicator.Comma {
			key = "import.mark.comma"
		}
		m.Marks = append(m.Marks, ui.Choice{Value: string(mark), Name: key, Chosen: mark == plan.Layout.Mapping.Decimal})
	}
	for _, sheet := range plan.Table.Sheets {
		m.Sheets = append(m.Sheets, ui.Choice{Value: sheet, Name: sheet, Chosen: sheet == plan.Layout.Format.Sheet})
	}
	if len(plan.Table.Sheets) == 0 {
		for _, set := range []string{"utf-8", "windows-1252", "windows-1256"} {
			m.Charsets = append(m.Charsets, ui.Choice{Value: set, Name: set, Chosen: set == plan.Layout.Format.Charset})
		}
	}
	m.AskArea = !plan.Layout.Mapping.Has(indicator.Area) && !plan.Layout.Mapping.Has(indicator.AreaName)
	if m.AskArea && m.Area == "" {
		m.Area = a.Settings.Country
	}
	for _, code := range s.o.Desk.Places(a.Lang) {
		name, _ := s.o.Desk.Place(code).In(a.Lang)
		m.Areas = append(m.Areas, ui.Choice{Value: code, Name: name, Chosen: code == m.Area})
	}
	return s.show(w, r, http.StatusOK, "importcolumns", figureFrame(r, "import.title", ""), m)
}

// samplesOf are the first rows below the titles.
func samplesOf(plan curate.Plan) [][]string {
	rows := plan.Table.Rows(0, 30)
	at := slices.IndexFunc(rows, func(row []string) bool {
		for i, c := range plan.Layout.Mapping.Columns {
			if c.Title != "" && (i >= len(row) || !strings.HasPrefix(row[i], strings.TrimSuffix(c.Title, "…"))) {
				return false
			}
		}
		return true
	})
	return rows[at+1 : min(at+1+samplesShown, len(rows))]
}

// columnChoice is a column with what it may be.
func columnChoice(n int, c indicator.Column, samples [][]string) ui.ImportColumn {
	out := ui.ImportColumn{N: n, Title: c.Title}
	for _, row := range samples {
		if n < len(row) && row[n] != "" {
			out.Samples = append(out.Samples, onOneLine(row[n], longestSample))
		}
	}
	period := c.Period
	if period.IsZero() {
		period, _ = vigie.ParsePeriod(c.Title) // a title that is none offers none
	}
	dimension := c.Dimension
	if dimension == "" {
		dimension = codeOf(c.Title, n)
	}
	for _, role := range roles() {
		option := indicator.Column{Role: role}
		detail := ""
		switch role {
		case indicator.PeriodValue:
			if period.IsZero() {
				continue
			}
			option.Period, detail = period, period.String()
		case indicator.Breakdown:
			option.Dimension, detail = dimension, dimension
		default:
		}
		key := "import.role." + string(role)
		if role == indicator.Ignored {
			key = "import.role.ignored"
		}
		out.Roles = append(out.Roles, ui.ImportRole{Value: roleValue(option), Key: key, Detail: detail, Chosen: role == c.Role})
	}
	return out
}

// codeOf makes a code of a dimension from a title.
func codeOf(title string, n int) string {
	code := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(title)), "_")
	if !vigie.ValidCode(code) {
		return fmt.Sprintf("BREAKDOWN_%d", n+1)
	}
	return code
}
