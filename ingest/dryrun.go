package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/kamlens/kamlens/internal/fault"
)

// rehearse reads a prepared file and fills the receipt; nothing is stored. A whole list is also compared with what is in
// the warehouse, which it may close too much of; of other files rows that would meet others there (same key, overlapping
// owners) are not seen.
func (l *loader) rehearse(ctx context.Context, b *batch, r *Receipt) error {
	owners, err := currentOwners(ctx, nil, b)
	if err != nil {
		return err
	}
	p := &preview{unused: b.plan.header.unused()}
	for i := range b.plan.values {
		v := &b.plan.values[i]
		p.mapping = append(p.mapping, [2]string{v.col.Name, v.origin(b.plan)})
	}
	keep := func(_ record, row []string) error {
		if p.row == nil {
			p.row = row
		}
		b.counts.loaded++
		return nil
	}
	if owners != nil {
		if err = b.each(ctx, l, owners.collect); err == nil {
			err = owners.settle(b, keep)
		}
	} else {
		err = b.each(ctx, l, keep)
	}
	if err == nil {
		err = b.verdict()
	}
	if !b.ended() {
		b.findings = append(b.findings, finding{"ingest.drift.unended", nil})
	}
	if err == nil && l.db != nil && b.source.Complete() {
		err = l.attempt(ctx, b)
	}
	r.take(b)
	r.preview = p
	return err
}

// errRehearsed ends the transaction of a load that is only tried.
var errRehearsed = errors.New("rehearsed")

// attempt loads a whole list up to its verdict and rolls back.
func (l *loader) attempt(ctx context.Context, b *batch) error {
	return l.connected(ctx, func(conn *sql.Conn) error {
		trial := *b
		trial.counts, trial.rejects, trial.clashes, trial.findings = counts{}, nil, nil, nil
		last, err := seenBefore(ctx, conn, &trial)
		if err != nil || last.id != 0 && last.mapping == trial.mapping {
			return err // it is there already
		}
		trial.replace = last.id
		if err := trial.corrected(ctx, conn); err != nil {
			return err
		}
		if err = l.fast(ctx, conn, &trial); errors.Is(err, errCareful) {
			err = l.careful(ctx, conn, &trial)
		}
		b.counts.closed, b.findings = trial.counts.closed, trial.findings
		if errors.Is(err, errRehearsed) {
			return nil
		}
		return err
	})
}

// openForTrial opens the warehouse for a dry run of whole lists; when somebody else holds it that is said, and the lists
// are not compared.
func (l *loader) openForTrial(ctx context.Context, jobs []job) (done func() error, err error) {
	done = func() error { return nil }
	if !slices.ContainsFunc(jobs, func(j job) bool { return j.source.Complete() }) {
		return done, nil
	}
	if _, err := os.Stat(l.o.Config.WarehousePath()); errors.Is(err, fs.ErrNotExist) {
		return done, nil // there is nothing to compare with
	}
	opened, err := l.open(ctx)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Kind == fault.Busy {
		l.db = nil
		_, err = fmt.Fprintln(l.o.Out, l.o.Lang.T("ingest.dry.busy", f.In(l.o.Lang)))
		return done, err
	}
	if err != nil {
		return done, err
	}
	return opened, nil
}

// origin says where a column comes from.
func (v *value) origin(p *plan) string {
	switch {
	case v.konst != nil:
		return strconv.Quote(*v.konst)
	case v.role != notUnpivoted:
		return strings.Join(p.source.Unpivot.Columns, " / ")
	case v.base != nil:
		return v.base.origin(p) + " + " + v.label
	}
	return v.label
}
