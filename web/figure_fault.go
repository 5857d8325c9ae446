package web

import (
	"errors"
	"regexp"
	"strconv"
	"strings"

	"vigie"
	"vigie/curate/indicator"
	"vigie/web/ui"
)

// faultWords finds the sentence for what package indicator says of a cell or a
// file: the reason, with what it quotes as its first group. What is not here is
// shown in its own, English, words.
func faultWords() []struct{ pattern, key string } {
	return []struct{ pattern, key string }{
		{`^(".*") is not a number with the decimal mark`, "number"},
		{`^(".*") is not a period`, "period"},
		{`^(".*") is not a code such as MAR`, "area"},
		{`^(".*") is not a code such as F`, "code"},
		{`^(".*") is no indicator`, "indicator"},
		{`^(".*") is not a status`, "status"},
		{`^(".*") is not a whole number`, "whole"},
		{`^has (\d+ cells where there are \d+) titles`, "cells"},
		{`^gives (.*) a second time; row \d+ did`, "twice"},
		{`^has a quotation mark`, "quote"},
		{`^is missing, and the status`, "missing"},
		{`^is larger than (\d+) MiB`, "large"},
		{`^is an old or an encrypted`, "excel"},
		{`^is not a workbook|^is a damaged workbook|^is encrypted|cannot be read$`, "workbook"},
		{`^is not a table|^has no rows`, "table"},
		{`^holds no values|^has no column of values`, "values"},
		{`^has no column of years`, "when"},
		{`^has no column of places`, "place"},
		{`^has no column of indicators`, "name"},
		{`^holds nothing that is not known`, "known"},
	}
}

// fileFaults puts what is wrong with a file into words, place by place, and counts
// what is not listed.
func fileFaults(err error) (faults []ui.FileFault, more int) {
	if all, ok := errors.AsType[*indicator.FaultsError](err); ok {
		for _, one := range all.List {
			faults = append(faults, fileFault(one))
		}
		return faults, all.More
	}
	if one, ok := errors.AsType[*vigie.InvalidError](err); ok {
		return []ui.FileFault{fileFault(one)}, 0
	}
	return []ui.FileFault{{Key: "import.fault.other", Words: err.Error()}}, 0
}

func fileFault(e *vigie.InvalidError) ui.FileFault {
	f := ui.FileFault{Key: "import.fault.other", Words: e.Reason}
	if rest, ok := strings.CutPrefix(e.Field, "row "); ok {
		n, column, _ := strings.Cut(rest, ", column ")
		if row, err := strconv.Atoi(n); err == nil {
			f.Row, f.Column = row, column
		}
	}
	for _, w := range faultWords() {
		m := regexp.MustCompile(w.pattern).FindStringSubmatch(e.Reason)
		if m == nil {
			continue
		}
		f.Key, f.Words = "import.fault."+w.key, ""
		if len(m) > 1 {
			f.Value = m[1]
			if plain, err := strconv.Unquote(m[1]); err == nil {
				f.Value = plain
			}
		}
		break
	}
	return f
}

// formulaFault finds the sentence for what is wrong with a formula, and where.
func formulaFault(reason string) (key, detail string) {
	if way, ok := strings.CutPrefix(reason, "goes round in a circle: "); ok {
		return "indicator.fault.circle", way
	}
	m := regexp.MustCompile(`^character (\d+): (.*)$`).FindStringSubmatch(reason)
	switch {
	case m == nil:
		return "indicator.fault.imported", ""
	case strings.HasPrefix(m[2], "there is no indicator "):
		return "indicator.fault.unknown", strings.TrimPrefix(m[2], "there is no indicator ")
	default:
		return "indicator.fault.formula", m[1]
	}
}
