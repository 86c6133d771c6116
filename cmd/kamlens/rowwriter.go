package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"

	"github.com/kamlens/kamlens/internal/kpi"
	"github.com/kamlens/kamlens/internal/text"
)

// rowsAtOnce is how many rows are asked for, and held, at a time.
const rowsAtOnce = 200_000

// eachRows asks for the first rows of a question, all of them when limit is 0, in as many questions as it takes, and hands
// each answer to take. It returns the last answer and how many rows were handed over.
func eachRows(ctx context.Context, door *kpi.Door, limit int, q kpi.ExplainQuestion, take func(kpi.RowSet) error) (set kpi.RowSet, shown int, err error) {
	for {
		q.Offset, q.Limit = shown, rowsAtOnce
		if limit > 0 {
			q.Limit = min(rowsAtOnce, limit-shown)
		}
		if set, err = door.Explain(ctx, kpi.Everything(), q); err != nil {
			return set, shown, err
		}
		set.Limit, set.Offset = limit, 0 // of the whole answer
		if err := take(set); err != nil {
			return set, shown, err
		}
		shown += len(set.Rows)
		if len(set.Rows) == 0 || int64(shown) >= set.Total || shown == limit {
			return set, shown, nil
		}
	}
}

// rowWriter prints measure rows part by part: take for each part, end when there are no more.
type rowWriter interface {
	take(set kpi.RowSet) error
	end() error
}

// rowWriter returns what prints rows of def in a format; the format was checked.
func (a *app) rowWriter(format string, def kpi.Definition) rowWriter {
	switch format {
	case "json":
		return &jsonRows{w: bufio.NewWriter(a.stdout)}
	case "csv":
		return &csvRows{w: a.stdout, l: a.lang(), def: def}
	}
	return &tableOfRows{w: a.stdout, l: a.lang(), def: def}
}

// tableOfRows holds all rows: how wide a column is follows from the last of them.
type tableOfRows struct {
	w   io.Writer
	l   text.Lang
	def kpi.Definition
	all sheet
}

func (t *tableOfRows) take(set kpi.RowSet) error {
	part := rowsSheet(t.l, t.def, set, false)
	part.rows = append(t.all.rows, part.rows...)
	t.all = part
	return nil
}

func (t *tableOfRows) end() error { return writeTable(t.w, withoutEmptyTraits(t.all)) }

// csvRows writes the head before the first part only.
type csvRows struct {
	w     io.Writer
	l     text.Lang
	def   kpi.Definition
	begun bool
}

func (c *csvRows) take(set kpi.RowSet) error {
	part := rowsSheet(c.l, c.def, set, true)
	if c.begun {
		return writeCSVRows(c.w, part)
	}
	c.begun = true
	return writeCSV(c.w, part)
}

func (c *csvRows) end() error { return nil }

// jsonRows writes one object, as [app.writeJSON] would write the whole answer: what stands before its rows, the rows of each
// part, and what stands after them.
type jsonRows struct {
	w           *bufio.Writer
	after       string
	begun, some bool
}

func (j *jsonRows) take(set kpi.RowSet) error {
	rows := set.Rows
	if !j.begun {
		set.Rows = []kpi.Row{}
		frame, err := indented(set, "")
		if err != nil {
			return err
		}
		before, after, _ := strings.Cut(frame, `"rows": []`) // within a text the quotes would be escaped
		j.begun, j.after = true, after
		if _, err := j.w.WriteString(before + `"rows": [`); err != nil {
			return err
		}
	}
	for _, r := range rows {
		row, err := indented(r, "    ")
		if err != nil {
			return err
		}
		if j.some {
			row = ",\n    " + row
		} else {
			row = "\n    " + row
		}
		j.some = true
		if _, err := j.w.WriteString(row); err != nil {
			return err
		}
	}
	return nil
}

func (j *jsonRows) end() error {
	closing := "]"
	if j.some {
		closing = "\n  ]"
	}
	if _, err := j.w.WriteString(closing + j.after + "\n"); err != nil {
		return err
	}
	return j.w.Flush()
}

// indented is v as [app.writeJSON] writes it, with prefix before every line but the first.
func indented(v any, prefix string) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}
