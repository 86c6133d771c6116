package ingest

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/text"
)

// A source drifts when its files become others than they were: a column gone, empty, or in another unit. Nothing of it
// makes a row unacceptable, so it is told by comparing a file with the batches before it.

// finding is one way in which a file differs from those before it, or, of a first file, what a person should know.
type finding struct {
	key  string
	args []any
}

func (f finding) in(l text.Lang) string { return l.T(f.key, f.args...) }

// The bounds beyond which a difference is told. All are bounds of the range of the last files, not of their middle: what
// differs from file to file anyway is nobody's fault. A column that few rows have, or that is filled in later (the day a
// case was closed), is emptier in the file of a new month; only one that lost nearly all of its values is told.
const (
	driftUnit  = 20.0  // times the magnitude of a number, or less than one of it
	driftShape = 0.5   // of the share of ids that are digits
	driftChars = 2.0   // of the length of ids
	driftRows  = 0.5   // of the number of rows
	driftFew   = 20.0  // rows or values; fewer may be chance
	driftUsual = 0.25  // of the rows have a value in a column that is usually filled, and of its cells are left if it is not
	driftMany  = 100.0 // values that a column that few rows have had in each file, and now has none
)

// judgeDrift compares the file with the last ones of its source: what differs is said, or refuses the file where the
// source says so. A corrected reject file, a decision and a batch that is replayed are not judged.
func (b *batch) judgeDrift(ctx context.Context, conn *sql.Conn) error {
	if b.replay || b.plan.reload || b.source.Name == config.Own {
		return nil
	}
	past, err := b.past(ctx, conn)
	if err != nil {
		return err
	}
	if len(past) == 0 {
		b.findings = b.firstFindings()
		return nil
	}
	b.findings = slices.Concat(b.headerDrift(past), b.columnDrift(past), b.rowDrift(past))
	if b.source.Drift != config.DriftRefuse || len(b.findings) == 0 {
		return nil
	}
	return fault.New(fault.Refused, "ingest.refused.drift", b.file.path, len(b.findings))
}

// firstFindings are what nobody has been told of the files of a source yet.
func (b *batch) firstFindings() (list []finding) {
	if unused := b.plan.header.unused(); len(unused) > 0 {
		list = append(list, finding{"ingest.drift.unused", []any{few(unused)}})
	}
	if !b.profile.Ended {
		list = append(list, finding{"ingest.drift.unended", nil})
	}
	return list
}

// headerDrift tells which columns are new, and which are gone of those that the last files all had.
func (b *batch) headerDrift(past []profile) (list []finding) {
	var gone, fresh []string
	for _, name := range past[0].Headers {
		if name != "" && !slices.Contains(b.profile.Headers, name) {
			gone = append(gone, name)
		}
	}
	for _, name := range b.profile.Headers {
		if name != "" && !slices.ContainsFunc(past, func(p profile) bool { return slices.Contains(p.Headers, name) }) {
			fresh = append(fresh, name)
		}
	}
	if len(gone) > 0 {
		list = append(list, finding{"ingest.drift.gone", []any{few(gone)}})
	}
	if len(fresh) > 0 {
		list = append(list, finding{"ingest.drift.fresh", []any{few(fresh)}})
	}
	return list
}

// columnDrift compares the columns that the file and the last ones have.
func (b *batch) columnDrift(past []profile) (list []finding) {
	for _, v := range b.plan.values {
		name := v.col.Name
		var had []profile
		for _, p := range past {
			if _, ok := p.Columns[name]; ok {
				had = append(had, p)
			}
		}
		if len(had) == 0 {
			continue
		}
		now, rows := b.profile.Columns[name], float64(b.counts.read)
		among := func(f func(traits) float64) (least, most float64) {
			return between(had, func(p profile) float64 { return f(p.Columns[name]) })
		}
		filled, _ := among(func(t traits) float64 { return t.Filled })
		if emptied(filled, now.Filled, rows) {
			list = append(list, finding{"ingest.drift.empty", []any{name, 100 * now.Filled, 100 * filled}})
			continue
		}
		if now.Filled*rows < driftFew {
			continue
		}
		least, most := among(func(t traits) float64 { return t.Magnitude })
		if least > 0 && now.Magnitude > 0 && (now.Magnitude >= driftUnit*most || now.Magnitude*driftUnit <= least) {
			list = append(list, finding{"ingest.drift.unit", []any{name, now.Magnitude, middle(had, func(p profile) float64 { return p.Columns[name].Magnitude })}})
		}
		fewer, more := among(func(t traits) float64 { return t.Digits })
		short, long := among(func(t traits) float64 { return t.Length })
		if short > 0 && now.Length > 0 && (now.Digits < fewer-driftShape || now.Digits > more+driftShape || now.Length <= short-driftChars || now.Length >= long+driftChars) {
			list = append(list, finding{"ingest.drift.ids", []any{name, now.Length, 100 * now.Digits, short, 100 * fewer}})
		}
	}
	return list
}

// emptied reports whether a column lost its values: was is the smallest share of rows that had one in a file, now the share
// in one of so many rows.
func emptied(was, now, rows float64) bool {
	if was >= driftUsual {
		return now < driftUsual*was && was*rows >= driftFew
	}
	return now == 0 && was*rows >= driftMany
}

// rowDrift compares the number of rows with that of the last files as they were, and as they would be over as many days as
// this one is about: the file of a month that is not over has fewer, and one of a quarter more. Only what neither explains is
// told. It tells a last line without an end, too, where the last files had one.
func (b *batch) rowDrift(past []profile) (list []finding) {
	scaled := func(p profile) float64 {
		if p.Days == 0 || b.profile.Days == 0 {
			return float64(p.Rows)
		}
		return b.profile.Days * float64(p.Rows) / p.Days
	}
	fewest := func(p profile) float64 { return min(float64(p.Rows), scaled(p)) }
	most := func(p profile) float64 { return max(float64(p.Rows), scaled(p)) }
	rows, low, high := float64(b.counts.read), middle(past, fewest), middle(past, most)
	least, _ := between(past, fewest)
	_, top := between(past, most)
	small, large := between(past, func(p profile) float64 { return float64(p.Rows) })
	steady := len(past) >= 3 && b.to == "" && large <= 3*small
	switch {
	case steady && low >= driftFew && rows < (1-driftRows)*least:
		list = append(list, finding{"ingest.drift.rows", []any{b.counts.read, int64(low)}})
	case steady && rows >= driftFew && rows > (1+driftRows)*top:
		list = append(list, finding{"ingest.drift.rows", []any{b.counts.read, int64(high)}})
	}
	if !b.profile.Ended && past[0].Ended {
		list = append(list, finding{"ingest.drift.unended", nil})
	}
	return list
}

// few names the first of a list.
func few(names []string) string {
	if len(names) > 20 {
		names = append(slices.Clone(names[:20]), "…")
	}
	return strings.Join(names, " | ")
}
