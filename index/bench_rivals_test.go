package index_test

import (
	"bufio"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"vigie"
)

// rival is another engine, driven through its shell: it is given a script, and says how
// long each statement took.
type rival struct {
	command []string
	// timing finds the seconds or milliseconds of a statement in what the shell says.
	timing *regexp.Regexp
	unit   time.Duration
	// before and after stand around the documents.
	before, after string
	document      func(w io.Writer, i int, d vigie.Document)
	// built are the statements that make the indexes, size tells their bytes.
	built []string
	size  string
	// ask writes a question as one statement.
	ask func(question) string
}

// measure fills an engine and asks it every question twice; the second time counts.
func (s *bookshelf) measure(b *testing.B, r rival, n, text int) {
	b.Helper()
	if _, err := exec.LookPath(r.command[0]); err != nil {
		b.Skip(r.command[0] + " is not installed")
	}
	kinds := s.questions()
	cmd := exec.CommandContext(b.Context(), r.command[0], r.command[1:]...)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		w := bufio.NewWriterSize(in, 1<<20)
		s.script(w, r, n, kinds)
		_ = w.Flush()
		_ = in.Close()
	}()
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Skipf("%s: %v\n%s", r.command[0], err, out[max(0, len(out)-500):])
	}
	took, size := r.read(b, string(out))
	asked := 2 * perKind * len(kinds)
	if len(took) != len(r.built)+asked {
		b.Fatalf("%d timings of %d statements:\n%.2000s", len(took), len(r.built)+asked, out)
	}
	var built time.Duration
	for _, d := range took[:len(r.built)] {
		built += d
	}
	b.Run("gather", func(b *testing.B) {
		b.ReportMetric(float64(n)/built.Seconds(), "docs/s")
		b.ReportMetric(float64(size)/float64(text), "index/text")
	})
	took = took[len(r.built):]
	for i, k := range kinds {
		b.Run(k.kind, func(b *testing.B) { spread(b, "", took[(2*i+1)*perKind:(2*i+2)*perKind]) })
	}
}

// script writes everything that the engine is told.
func (s *bookshelf) script(w io.Writer, r rival, n int, kinds []kindOf) {
	_, _ = io.WriteString(w, r.before)
	for i := range n {
		r.document(w, i, s.document(i))
	}
	_, _ = io.WriteString(w, r.after+strings.Join(r.built, "\n")+"\n"+r.size+"\n")
	for _, k := range kinds {
		for range 2 {
			for _, q := range k.questions {
				_, _ = io.WriteString(w, r.ask(q)+";\n")
			}
		}
	}
}

// read reads the timings and the size.
func (r rival) read(b *testing.B, out string) (took []time.Duration, size int) {
	b.Helper()
	for line := range strings.Lines(out) {
		if m := r.timing.FindStringSubmatch(line); m != nil {
			sum := 0.0
			for _, part := range m[1:] {
				x, err := strconv.ParseFloat(part, 64)
				if err != nil {
					b.Fatal(err)
				}
				sum += x
			}
			took = append(took, time.Duration(sum*float64(r.unit)))
		} else if rest, ok := strings.CutPrefix(line, "size="); ok {
			size, _ = strconv.Atoi(strings.TrimSpace(rest))
		}
	}
	return took, size
}

// page is the statement that answers a question out of the documents that matched, with
// what is asked of them and how they are sorted.
func (q question) page(from, where, order string) string {
	if where == "" {
		where = "1=1"
	}
	if !q.facets {
		return fmt.Sprintf("SELECT d.id FROM %s WHERE %s ORDER BY %s LIMIT 20", from, where, order)
	}
	statement := fmt.Sprintf("WITH m AS MATERIALIZED (SELECT d.* FROM %s WHERE %s) SELECT * FROM (SELECT 'hit', cast(id AS text), 1 FROM m d ORDER BY %s LIMIT 20) h", from, where, order)
	for _, f := range []string{"lang", "source", "publisher", "country", "topic", "type"} {
		statement += fmt.Sprintf(" UNION ALL SELECT '%s', cast(%s AS text), count(*) FROM m GROUP BY 2", f, f)
	}
	return statement
}

// where is what a question demands beside its words.
func (q question) where() []string {
	var out []string
	for _, f := range [][2]string{{"d.lang = ", string(q.lang)}, {"d.country = ", q.country}, {"d.day >= ", q.since}} {
		if f[1] != "" {
			out = append(out, f[0]+"'"+f[1]+"'")
		}
	}
	return out
}

// askSQLite asks FTS5, which knows no languages.
func (s *bookshelf) askSQLite(b *testing.B, n, text int) {
	b.Helper()
	quoted := func(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
	s.measure(b, rival{
		command: []string{"sqlite3", filepath.Join(b.TempDir(), "rival.db")},
		timing:  regexp.MustCompile(`user (\S+) sys (\S+)`), unit: time.Second,
		before: `PRAGMA journal_mode = wal; PRAGMA synchronous = off; PRAGMA cache_size = -500000;
			CREATE TABLE raw (id INTEGER PRIMARY KEY, lang, source, publisher, country, topic, type, day, title, body);
			CREATE VIRTUAL TABLE ft USING fts5(title, body, content='', tokenize="unicode61 remove_diacritics 2");
			BEGIN;` + "\n",
		document: func(w io.Writer, i int, d vigie.Document) {
			source, publisher, country, topic := sourceOf(i)
			_, _ = fmt.Fprintf(w, "INSERT INTO raw VALUES (%d,'%s',%d,%d,'%s','%s','%s','%s',%s,%s);\n",
				i, d.Lang, source, publisher, country, topic, d.MediaType, d.Published.Time.Format(time.DateOnly), quoted(d.Title), quoted(vigie.PlainText(d.Body)))
		},
		after: "COMMIT;\n.timer on\n",
		built: []string{
			"INSERT INTO ft(rowid, title, body) SELECT id, title, body FROM raw;",
			"CREATE TABLE docs (id INTEGER PRIMARY KEY, lang, source, publisher, country, topic, type, day);",
			"INSERT INTO docs SELECT id, lang, source, publisher, country, topic, type, day FROM raw;",
			"CREATE INDEX day ON docs(day);",
		},
		size: ".timer off\nDROP TABLE raw;\nSELECT 'size=' || ((page_count - freelist_count) * page_size) FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size();\n.output /dev/null\n.timer on",
		ask: func(q question) string {
			where, from, order := q.where(), "docs d", "rank"
			if len(q.words) > 0 {
				from = "ft JOIN docs d ON d.id = ft.rowid"
				match := `"` + strings.Join(q.words, `" OR "`) + `"`
				if q.phrase {
					match = `"` + strings.Join(q.words, " ") + `"`
				}
				where = append(where, "ft MATCH '"+match+"'")
			}
			if q.newest {
				order = "d.day DESC"
			}
			return q.page(from, strings.Join(where, " AND "), order)
		},
	}, n, text)
}

// askPostgres asks PostgreSQL with RUM, whose rank knows how far words stand apart and
// not how rare they are.
func (s *bookshelf) askPostgres(b *testing.B, n, text int) {
	b.Helper()
	configs := []string{"french", "english", "arabic", "spanish"}
	copied := strings.NewReplacer("\\", "\\\\", "\t", " ", "\n", " ")
	s.measure(b, rival{
		command: []string{"pg_virtualenv", "-o", "shared_buffers=1GB", "-o", "max_wal_size=8GB", "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"},
		timing:  regexp.MustCompile(`^Time: (\S+) ms`), unit: time.Millisecond,
		before: `SET client_min_messages = warning;
			CREATE EXTENSION rum;
			SET jit = off; SET work_mem = '64MB'; SET maintenance_work_mem = '512MB'; SET max_parallel_workers_per_gather = 0;
			CREATE UNLOGGED TABLE raw (id int, lang text, source int, publisher int, country text, topic text, type text, day text, title text, body text);
			COPY raw FROM stdin;` + "\n",
		document: func(w io.Writer, i int, d vigie.Document) {
			source, publisher, country, topic := sourceOf(i)
			_, _ = fmt.Fprintf(w, "%d\t%s\t%d\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", i, d.Lang, source, publisher, country, topic, d.MediaType,
				d.Published.Time.Format(time.DateOnly), copied.Replace(d.Title), copied.Replace(vigie.PlainText(d.Body)))
		},
		after: "\\.\n\\timing on\n",
		built: []string{
			`CREATE TABLE docs AS SELECT id, lang, source, publisher, country, topic, type, day, setweight(to_tsvector(c, title), 'A') || to_tsvector(c, body) AS words
				FROM (SELECT *, (CASE lang WHEN 'fr' THEN 'french' WHEN 'ar' THEN 'arabic' WHEN 'es' THEN 'spanish' ELSE 'english' END)::regconfig AS c FROM raw) r;`,
			"CREATE INDEX words ON docs USING rum (words rum_tsvector_ops);",
			"CREATE INDEX day ON docs (day);", "CREATE INDEX id ON docs (id);", "ANALYZE docs;",
		},
		size: "\\timing off\nSELECT 'size=' || pg_total_relation_size('docs');\n\\o /dev/null\n\\timing on",
		ask: func(q question) string {
			where, from, order := q.where(), "docs d", ""
			if len(q.words) > 0 {
				var asked []string
				for _, c := range configs {
					one := fmt.Sprintf("to_tsquery('%s', '%s')", c, strings.Join(q.words, " | "))
					if q.phrase {
						one = fmt.Sprintf("phraseto_tsquery('%s', '%s')", c, strings.Join(q.words, " "))
					}
					asked = append(asked, one)
				}
				match := "(" + strings.Join(asked, " || ") + ")"
				where, order = append(where, "d.words @@ "+match), "d.words <=> "+match
			}
			if q.newest {
				order = "d.day DESC"
			}
			return q.page(from, strings.Join(where, " AND "), order)
		},
	}, n, text)
}
