package ingest

import (
	"context"
	"database/sql"
	"math"
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

// The bounds beyond which a difference is told.
const (
	driftUnit  = 20.0 // times the usual magnitude of a number, or less than one of it
	driftShape = 0.5  // of the share of ids that are digits
	driftChars = 2.0  // of the usual length of ids
	driftRows  = 0.5  // of the usual number of rows
	driftCells = 5.0  // cells that are empty and usually are not; fewer may be chance
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
		now, of := b.profile.Columns[name], func(f func(traits) float64) float64 {
			return middle(had, func(p profile) float64 { return f(p.Columns[name]) })
		}
		filled := of(func(t traits) float64 { return t.Filled })
		if lost := (filled - now.Filled) * float64(b.counts.read); now.Filled < filled/2 && lost >= driftCells {
			list = append(list, finding{"ingest.drift.empty", []any{name, 100 * now.Filled, 100 * filled}})
			continue
		}
		if was := of(func(t traits) float64 { return t.Magnitude }); was > 0 && now.Magnitude > 0 &&
			(now.Magnitude >= driftUnit*was || now.Magnitude*driftUnit <= was) {
			list = append(list, finding{"ingest.drift.unit", []any{name, now.Magnitude, was}})
		}
		digits, length := of(func(t traits) float64 { return t.Digits }), of(func(t traits) float64 { return t.Length })
		if length > 0 && now.Length > 0 && (math.Abs(now.Digits-digits) > driftShape || math.Abs(now.Length-length) >= driftChars) {
			list = append(list, finding{"ingest.drift.ids", []any{name, now.Length, 100 * now.Digits, length, 100 * digits}})
		}
	}
	return list
}

// rowDrift compares the number of rows with the usual one, where the files of the source are of like size at all, and
// tells a last line without an end where the last files had one.
func (b *batch) rowDrift(past []profile) (list []finding) {
	most, least := past[0].Rows, past[0].Rows
	for _, p := range past {
		most, least = max(most, p.Rows), min(least, p.Rows)
	}
	usual := middle(past, func(p profile) float64 { return float64(p.Rows) })
	if steady := len(past) >= 3 && b.to == "" && most <= 3*least; steady && math.Abs(float64(b.counts.read)-usual) > driftRows*usual {
		list = append(list, finding{"ingest.drift.rows", []any{b.counts.read, int64(usual)}})
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
