package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kamlens/kamlens/internal/config"
	"github.com/kamlens/kamlens/internal/decision"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/journal"
)

// What people have decided since the last load comes in first: the new lines of their journal as one batch of the feed
// of decisions, and the row that a decision writes into another feed as a batch of that feed. A decision has a batch of
// its own there, so that withdrawing it is taking back exactly that batch. All of them are files like any other: written
// as NDJSON, archived under their hash, loaded by the same code; nothing edits a row.

// sweepOwn is the pattern of the folders in which such files are written.
const sweepOwn = "decisions-*"

// ownSource is the source of what people decide. What it holds was checked when it was decided.
func ownSource(f feed.Feed) config.Source {
	none := 0.0
	return config.Source{Name: config.Own, Feed: f.Name, Format: formatNDJSON, MaxRejectShare: &none}
}

// ownBatch is a batch of decisions, or of one of them, in the ledger.
type ownBatch struct {
	id         int64
	feed, file string
	reach      journal.Head
	active     bool
}

// decides is the decision whose row the batch holds, "" for a batch of the feed of decisions.
func (b ownBatch) decides() string {
	if b.feed == feed.Decisions {
		return ""
	}
	id, _, _ := strings.Cut(b.file, "-")
	return id
}

// decisions loads what was decided since the last load, and takes back what was withdrawn.
func (l *loader) decisions(ctx context.Context) (receipts []Receipt, err error) {
	if l.o.DryRun {
		return nil, nil
	}
	h, err := decision.Read(decision.Journal(l.o.Config))
	if err != nil {
		return nil, err
	}
	known, err := l.ownBatches(ctx)
	if err != nil {
		return nil, err
	}
	reached := journal.Head{}
	loaded := map[string]bool{}
	for _, b := range known {
		loaded[b.decides()] = true
		if b.feed == feed.Decisions {
			reached = b.reach
		}
	}
	if !h.Reaches(reached) {
		return nil, fault.New(fault.Refused, "decision.cut", decision.JournalPath(l.o.Config), reached.Lines, h.Head().Lines)
	}
	jobs, err := ownJobs(h, reached, loaded)
	if err != nil {
		return nil, err
	}
	for _, j := range jobs {
		r, err := l.loadOwn(ctx, j)
		if err != nil {
			return receipts, err
		}
		receipts = append(receipts, r)
	}
	return receipts, l.takeBackWithdrawn(ctx, h, known)
}

// ownBatches lists the batches of decisions, oldest first.
func (l *loader) ownBatches(ctx context.Context) (list []ownBatch, err error) {
	rows, err := l.db.SQL().QueryContext(ctx, `select batch_id, feed, file, coalesce(watermark_to, ''), undone_by is null
		from batches where source = ? and kind = 'load' order by batch_id`, config.Own)
	if err != nil {
		return nil, fmt.Errorf("list the batches of decisions: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var b ownBatch
		var reach string
		if err := rows.Scan(&b.id, &b.feed, &b.file, &reach, &b.active); err != nil {
			return nil, fmt.Errorf("list the batches of decisions: %w", err)
		}
		if b.reach, err = decision.ParseReach(reach); err != nil {
			return nil, fmt.Errorf("batch %d: %w", b.id, err)
		}
		list = append(list, b)
	}
	return list, rows.Err()
}

// ownJob is a file of decisions to be written and loaded.
type ownJob struct {
	feed  string
	name  string
	rows  []map[string]string
	reach string
}

// ownJobs are the new lines of the journal, and the rows that decisions write and that were not loaded yet.
func ownJobs(h decision.History, reached journal.Head, loaded map[string]bool) ([]ownJob, error) {
	var jobs []ownJob
	all := h.All()
	if fresh := all[reached.Lines:]; len(fresh) > 0 {
		j := ownJob{feed: feed.Decisions, reach: decision.Reach(h.Head()),
			name: fresh[0].ID + "-" + fresh[len(fresh)-1].ID + ".ndjson"}
		for _, d := range fresh {
			row, err := d.Row()
			if err != nil {
				return nil, err
			}
			j.rows = append(j.rows, row)
		}
		jobs = append(jobs, j)
	}
	for _, d := range all {
		if loaded[d.ID] {
			continue
		}
		if name, row, ok := h.Row(d); ok {
			row["decision_id"] = d.ID // no column of the feed: two decisions may write equal rows, but no equal files
			jobs = append(jobs, ownJob{feed: name, name: d.ID + "-" + name + ".ndjson", rows: []map[string]string{row}})
		}
	}
	return jobs, nil
}

// loadOwn writes a file of decisions and loads it; a file that is refused is told in its receipt.
func (l *loader) loadOwn(ctx context.Context, j ownJob) (r Receipt, err error) {
	f, ok := feed.Get(j.feed)
	if !ok {
		return r, fmt.Errorf("decisions write into %s, which is no feed", j.feed)
	}
	if err := os.MkdirAll(l.o.Config.Dir("tmp"), 0o700); err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp(l.o.Config.Dir("tmp"), sweepOwn)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	for _, row := range j.rows {
		if err := enc.Encode(row); err != nil {
			return r, fmt.Errorf("write %s: %w", j.name, err)
		}
	}
	path := filepath.Join(dir, j.name)
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		return r, err
	}
	r, err = l.load(ctx, job{source: ownSource(f), feed: f, path: path, name: j.name, reach: j.reach})
	if refused, ok := errors.AsType[*fault.Error](err); ok && refused.Kind == fault.Refused && ctx.Err() == nil {
		r.Refused = refused
	} else if err != nil {
		return r, err
	}
	return r, r.print(l.o.Out, l.o.Lang)
}

// takeBackWithdrawn takes back the batches of decisions that were withdrawn after they had been loaded.
func (l *loader) takeBackWithdrawn(ctx context.Context, h decision.History, known []ownBatch) error {
	for _, b := range known {
		by := h.WithdrawnBy(b.decides())
		if !b.active || by == "" {
			continue
		}
		w, _ := h.Get(by)
		err := l.connected(ctx, func(conn *sql.Conn) error {
			r, err := l.retract(ctx, conn, RetractOptions{Batch: b.id, By: w.By, ByName: w.ByName, Reason: w.ID + ": " + w.Reason,
				Now: l.o.Now, Lang: l.o.Lang, Out: l.o.Out, decided: true})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(l.o.Out, l.o.Lang.T("decision.taken_back", b.decides(), by, r.ID, b.id))
			return err
		})
		if err != nil {
			return fmt.Errorf("withdraw %s: %w", b.decides(), err)
		}
	}
	return nil
}
