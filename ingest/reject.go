package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// The columns that a reject file has besides those of the original. A file with the first of them is a corrected
// reject file, whatever it is called.
const (
	rejectPrefix = "kamlens_reject_"
	rejectLine   = rejectPrefix + "line"
)

var rejectColumns = []string{rejectLine, rejectPrefix + "column", rejectPrefix + "value", rejectPrefix + "reason",
	rejectPrefix + "expected"}

// Corrector is the person who answers for corrected reject files.
type Corrector struct {
	By, ByName string // id and name
	// Act runs load as an act of that person, or refuses; subject is the path of the file.
	Act func(ctx context.Context, subject string, load func() error) error
}

// correct loads a corrected reject file for the person who answers for it. Without one the file is left alone; that is
// an error only where just this file was asked for.
func (l *loader) correct(ctx context.Context, b *batch, r *Receipt, load func() error) error {
	who := l.o.Corrector
	switch {
	case who == nil && l.o.File != "":
		return fault.New(fault.Usage, "ingest.reject.who", b.file.path)
	case who == nil:
		r.LeftAlone = true
		return nil
	}
	b.by, b.byName = who.By, who.ByName
	return who.Act(ctx, b.file.path, load)
}

// reason says in language l what is wrong.
func (f flaw) reason(l text.Lang) string { return l.T("reject." + f.why.code) }

// expectation says what was expected instead.
func (f flaw) expectation(l text.Lang) string {
	expected := f.why.expected
	if l == text.ZH && f.why.labels != "" {
		expected = f.why.labels
	}
	if key := "reject." + f.why.code + ".expected"; text.Has(key) && expected != "" {
		return l.T(key, expected)
	} else if text.Has(key) {
		return l.T(key)
	}
	return expected
}

// where names the column as the user knows it.
func (f flaw) where() string {
	if f.header != "" {
		return f.header
	}
	return f.column
}

// joined puts what is said of each flaw of a row into one cell of the reject file, which has one line for a row.
func (r reject) joined(say func(flaw) string) string {
	var parts []string
	for _, f := range r.flaws() {
		parts = append(parts, say(f))
	}
	return guard(strings.Join(parts, " | "))
}

// writeRejects writes the rejected rows with their original cells, so that they can be corrected and loaded again.
// Text that a spreadsheet would run as a formula is guarded; loading takes the guard off.
func writeRejects(path string, h *header, rejects []reject, l text.Lang) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := []byte("\ufeff")
	var names []string
	var keep []int
	for i, name := range h.names {
		if !strings.HasPrefix(name, rejectPrefix) {
			names, keep = append(names, name), append(keep, i)
		}
	}
	out = appendCSV(out, append(names, rejectColumns...))
	for _, r := range rejects {
		line := make([]string, 0, len(keep)+len(rejectColumns))
		for _, i := range keep {
			if i < len(r.rec.cells) {
				line = append(line, guard(r.rec.cells[i].s))
			} else {
				line = append(line, "")
			}
		}
		line = append(line, strconv.Itoa(r.line), r.joined(flaw.where), r.joined(func(f flaw) string { return f.value }),
			r.joined(func(f flaw) string { return f.reason(l) }), r.joined(func(f flaw) string { return f.expectation(l) }))
		out = appendCSV(out, line)
	}
	_, err = f.Write(out)
	return err
}

// appendCSV adds one row; an empty cell is left bare, which reads as NULL.
func appendCSV(out []byte, cells []string) []byte {
	for i, s := range cells {
		if i > 0 {
			out = append(out, ',')
		}
		if strings.ContainsAny(s, ",\"\r\n") || s != "" && (s[0] == ' ' || s[len(s)-1] == ' ') {
			out = append(out, '"')
			out = append(out, strings.ReplaceAll(s, `"`, `""`)...)
			out = append(out, '"')
			continue
		}
		out = append(out, s...)
	}
	return append(out, '\n')
}

// closing joins the error of c's Close to *err; it is deferred.
func closing(err *error, c io.Closer) { *err = errors.Join(*err, c.Close()) }

// dangerous reports whether a spreadsheet may take s for a formula; plain numbers are not.
func dangerous(s string) bool {
	t := strings.TrimLeft(s, " \"'")
	if t == "" || !strings.ContainsAny(t[:1], "=+-@\t\r\x00") &&
		!strings.HasPrefix(t, "＝") && !strings.HasPrefix(t, "＋") && !strings.HasPrefix(t, "－") &&
		!strings.HasPrefix(t, "＠") {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err != nil
}

// guard puts a quote before text that a spreadsheet may run.
func guard(s string) string {
	if dangerous(s) {
		return "'" + s
	}
	return s
}

// unguard takes exactly that quote off again.
func unguard(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && dangerous(rest) {
		return rest
	}
	return s
}

// storeRejects writes the rejected values of a batch into the warehouse.
func storeRejects(ctx context.Context, conn *sql.Conn, b *batch) (err error) {
	if len(b.rejects) == 0 {
		return nil
	}
	stmt, err := conn.PrepareContext(ctx, `insert into rejects values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return fmt.Errorf("store rejects: %w", err)
	}
	defer func() { err = errors.Join(err, stmt.Close()) }()
	for _, r := range b.rejects {
		for _, f := range r.flaws() {
			if _, err := stmt.ExecContext(ctx, b.id, b.source.Name, b.feed.Name, b.file.path, r.line, f.column, f.header,
				clip(f.value, 1000), f.why.code, f.why.expected); err != nil {
				return fmt.Errorf("store rejects: %w", err)
			}
		}
	}
	return nil
}

// clip shortens s to at most n bytes at a character's end.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}
