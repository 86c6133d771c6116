package ingest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/text"
	"github.com/kamlens/kamlens/internal/warehouse"
)

// Batches returns the ledger of batches, oldest first.
func Batches(ctx context.Context, c config.Config, lang text.Lang) (list []Batch, err error) {
	l := &loader{o: Options{Config: c, Lang: lang, Out: io.Discard}, zone: c.Zone()}
	done, err := l.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	err = l.connected(ctx, func(conn *sql.Conn) error {
		list, err = listBatches(ctx, conn)
		return err
	})
	return list, err
}

// RetractOptions say which batch to take back, and who wants it and why.
type RetractOptions struct {
	Config     config.Config
	Batch      int64  // a load, or a retraction that is to be undone
	By, ByName string // id and name of the person
	Reason     string
	DryRun     bool // show the difference only
	Now        time.Time
	Lang       text.Lang
	Out        io.Writer // the difference

	arrival *time.Time // civil, of a retraction that is made again
	decided bool       // the batch holds a decision that was withdrawn
}

// Retraction says what taking back a batch changes in the current rows of its feed.
type Retraction struct {
	ID, Batch           int64 // ID is 0 in a dry run
	Feed                string
	Undoes              bool  // Batch was a retraction itself
	Restores            int64 // the batch in whose place Batch had come, and which is in force again; 0: none
	Lost, Back, Changed int64
	examples            []example
}

// example is one key that a retraction changes.
type example struct{ what, key, columns string }

// Retract takes a batch back: the current rows become those of a history in which it was never loaded, and retracting
// the retraction brings its rows back. The batches after it are read again from the archive, in their order and under
// the mapping of their day, so that everything which depended on its rows is settled anew. Nothing is deleted: the
// retraction is a batch of its own, and the rows of the other one stay as superseded versions. The difference is
// printed before anything is written. The error is a [fault.Usage] for a batch that cannot be taken back.
func Retract(ctx context.Context, o RetractOptions) (r Retraction, err error) {
	if strings.TrimSpace(o.Reason) == "" && !o.DryRun {
		return r, fault.New(fault.Usage, "ingest.retract.reason")
	}
	l := &loader{o: Options{Config: o.Config, Now: o.Now, Lang: o.Lang, Out: o.Out}, zone: o.Config.Zone()}
	done, err := l.open(ctx)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, done()) }()
	err = l.connected(ctx, func(conn *sql.Conn) error {
		r, err = l.retract(ctx, conn, o)
		return err
	})
	if err == nil {
		err = l.log(ctx)
	}
	return r, err
}

// connected runs f on one connection.
func (l *loader) connected(ctx context.Context, f func(*sql.Conn) error) (err error) {
	conn, err := l.db.SQL().Conn(ctx)
	if err != nil {
		return fmt.Errorf("open connection: %w", err)
	}
	defer closing(&err, conn)
	return f(conn)
}

func (l *loader) retract(ctx context.Context, conn *sql.Conn, o RetractOptions) (r Retraction, err error) {
	before, err := listBatches(ctx, conn)
	if err != nil {
		return r, err
	}
	if !o.decided {
		if err := notDecided(before, o.Batch); err != nil {
			return r, err
		}
	}
	target, err := retractable(before, o.Batch)
	if err != nil {
		return r, err
	}
	f, ok := feed.Get(target.Feed)
	if !ok {
		return r, fault.New(fault.Usage, "ingest.retract.feed", target.ID, target.Feed)
	}
	own := Batch{ID: before[len(before)-1].ID + 1, Kind: kindRetract, Source: target.Source, Feed: target.Feed,
		Replaces: target.ID, By: o.By, ByName: o.ByName, Reason: strings.TrimSpace(o.Reason), arrival: toZone(o.Now, l.zone)}
	if o.arrival != nil {
		own.arrival = *o.arrival
	}
	r = Retraction{Batch: target.ID, Feed: f.Name, Undoes: target.Kind == kindRetract}
	h := newHistory(f, before, own)
	if target.Kind == kindLoad {
		r.Restores = target.Replaces
	}
	err = l.replay(ctx, conn, h, func() error {
		if err := h.difference(ctx, conn, &r); err != nil {
			return err
		}
		if _, err := io.WriteString(o.Out, r.Text(o.Lang)); err != nil || o.DryRun {
			return err
		}
		r.ID = own.ID
		return h.settle(ctx, conn)
	})
	if err != nil || o.DryRun {
		return r, err
	}
	return r, l.renewRejects(h)
}

// notDecided refuses a batch that holds decisions, and one that a withdrawn decision was taken back by: persons decide on
// both.
func notDecided(list []Batch, id int64) error {
	find := func(id int64) Batch {
		if i := slices.IndexFunc(list, func(b Batch) bool { return b.ID == id }); i >= 0 {
			return list[i]
		}
		return Batch{}
	}
	b := find(id)
	if b.Source != config.Own {
		return nil
	}
	held := b
	for held.Kind == kindRetract {
		held = find(held.Replaces)
	}
	if b.Kind == kindRetract || b.State != Active {
		decision, _, _ := strings.Cut(held.File, "-")
		return fault.New(fault.Usage, "ingest.retract.withdrawn", id, decision)
	}
	return fault.New(fault.Usage, "ingest.retract.decision", id, b.File)
}

// retractable finds the batch, or says why it cannot be taken back.
func retractable(list []Batch, id int64) (Batch, error) {
	i := slices.IndexFunc(list, func(b Batch) bool { return b.ID == id })
	if i < 0 {
		return Batch{}, fault.New(fault.Usage, "ingest.retract.unknown", id)
	}
	b := list[i]
	switch b.State {
	case Retracted:
		return b, fault.New(fault.Usage, "ingest.retract.twice", id, b.UndoneBy)
	case Replaced:
		return b, fault.New(fault.Usage, "ingest.retract.replaced", id, b.UndoneBy)
	}
	for _, c := range list[i+1:] {
		if c.corrects && c.State == Active && c.Source == b.Source && correctedBatch(c.File) == strconv.FormatInt(id, 10) {
			return b, fault.New(fault.Usage, "ingest.retract.corrected", id, c.ID)
		}
	}
	return b, nil
}

// Text says in language l what the retraction changes.
func (r Retraction) Text(l text.Lang) string {
	key := "ingest.retract.difference"
	if r.Undoes {
		key = "ingest.retract.undo"
	}
	lines := []string{l.T(key, r.Batch, r.Feed, r.Lost, r.Back, r.Changed)}
	if r.Restores != 0 {
		lines = append(lines, l.T("ingest.retract.restores", r.Batch, r.Restores))
	}
	for _, e := range r.examples {
		line := l.T("ingest.retract."+e.what, e.key)
		if e.columns != "" {
			line += l.T("ingest.retract.columns", e.columns)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n") + "\n"
}

// Sentence says that it is done and what comes next.
func (r Retraction) Sentence(l text.Lang) string { return l.T("ingest.retract.done", r.ID, r.Batch) }

// sweepReplay is the pattern of the folders in which histories are replayed.
const sweepReplay = "replay-*"

// attach opens the scratch catalog in the warehouse's own instance.
func attach(path string) string { return "attach " + warehouse.Literal(path) + " as " + scratch }
