package ingest

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
)

// A history is replayed in a scratch catalog beside the warehouse: it begins with the feed as it was before the first
// batch that changes its standing, the batches after it are loaded there again by the code that loaded them, and only
// the rows that then differ are written back, in one transaction.

// scratch is the catalog of the replay.
const scratch = "kl_replay"

// history is the ledger of one feed before and after a decision.
type history struct {
	feed     feed.Feed
	own      Batch           // the decision; zero: none
	undoers  map[int64]int64 // after it
	first    int64           // the first load whose standing changes
	kept     []int64         // loads before it that are in force
	again    []Batch         // loads from it on that are in force, to be replayed
	off      []int64         // loads that no longer are
	home     string          // catalog of the warehouse
	replayed []*batch
	used     []string // columns of the feed in which any row has a value: comparing the others only takes time
}

func newHistory(f feed.Feed, before []Batch, own Batch) *history {
	h := &history{feed: f, own: own, undoers: undoers(append(slices.Clone(before), own))}
	was := undoers(before)
	changed := func(b Batch) bool { return (was[b.ID] == 0) != (h.undoers[b.ID] == 0) }
	for _, b := range before {
		if b.Kind == kindLoad && b.Feed == f.Name && changed(b) {
			h.off = append(h.off, b.ID)
		}
	}
	if len(h.off) > 0 {
		h.first = h.off[0]
	}
	h.off = slices.DeleteFunc(h.off, func(id int64) bool { return h.undoers[id] == 0 })
	h.split(before)
	return h
}

// replay builds the new history in the scratch catalog and calls then while it stands.
func (l *loader) replay(ctx context.Context, conn *sql.Conn, h *history, then func() error) (err error) {
	tmp := l.o.Config.Dir("tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(tmp, sweepReplay)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := conn.QueryRowContext(ctx, "select current_database()").Scan(&h.home); err != nil {
		return fmt.Errorf("name the warehouse: %w", err)
	}
	if _, err := conn.ExecContext(ctx, attach(filepath.Join(dir, "history.duckdb"))); err != nil {
		return fmt.Errorf("attach the replay: %w", err)
	}
	defer func() {
		_, derr := conn.ExecContext(context.WithoutCancel(ctx), "use "+ident(h.home)+"; detach "+scratch)
		err = errors.Join(err, derr)
	}()
	if err := h.seed(ctx, conn); err != nil {
		return fmt.Errorf("begin the replay: %w", err)
	}
	for _, b := range h.again {
		loaded, err := l.again(ctx, conn, b)
		if err != nil {
			return fmt.Errorf("replay batch %d: %w", b.ID, err)
		}
		h.replayed = append(h.replayed, loaded)
	}
	if _, err := conn.ExecContext(ctx, "use "+ident(h.home)); err != nil {
		return err
	}
	return then()
}

// at names a table of the warehouse.
func (h *history) at(table string) string { return ident(h.home) + ".main." + ident(table) }

// seed makes the scratch catalog hold the current rows of the feed just before the first batch that changes.
func (h *history) seed(ctx context.Context, conn *sql.Conn) error {
	name := ident(h.feed.Name)
	stmts := []string{
		fmt.Sprintf(`create table %s.main.%s as select * replace (cast(null as BIGINT) as superseded_by) from %s where %s`,
			scratch, name, h.at(h.feed.Name), h.open()),
		fmt.Sprintf("create table %s.main.batches as select * from %s where batch_id in (%s)", scratch, h.at("batches"), numbers(h.kept)),
		fmt.Sprintf("create table %s.main.rejects as select * from %s where false", scratch, h.at("rejects")),
	}
	if h.feed.From != "" {
		stmts = append(stmts, fmt.Sprintf("create table %s.main.%s as select * from %s where batch_id in (%s)", scratch,
			ident(listingName(h.feed)), h.at(listingName(h.feed)), numbers(h.kept)))
	}
	stmts = append(stmts, "use "+scratch)
	for _, stmt := range stmts {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return err
		}
	}
	return nil
}

// open holds for rows of the kept batches that were current when the first changed batch arrived.
func (h *history) open() string {
	return fmt.Sprintf("batch_id in (%s) and (superseded_by is null or superseded_by >= %d)", numbers(h.kept), h.first)
}

// again loads a batch from the archive into the scratch catalog, under its own number and mapping.
func (l *loader) again(ctx context.Context, conn *sql.Conn, was Batch) (*batch, error) {
	return l.relive(ctx, conn, was, func(*batch) {})
}

// relive loads a batch from the archive, under its own number and mapping; more completes it.
func (l *loader) relive(ctx context.Context, conn *sql.Conn, was Batch, more func(*batch)) (*batch, error) {
	var how recipe
	if err := json.Unmarshal([]byte(was.recipe), &how); err != nil {
		return nil, fault.New(fault.Refused, "ingest.retract.recipe", was.ID).Because(err)
	}
	zone, err := time.LoadLocation(how.Zone)
	if err != nil {
		return nil, fault.New(fault.Refused, "ingest.retract.recipe", was.ID).Because(err)
	}
	past := *l
	past.zone = zone
	f, ok := feed.Get(how.Source.Feed)
	if !ok {
		return nil, fault.New(fault.Refused, "ingest.retract.recipe", was.ID)
	}
	b := &batch{source: how.Source, feed: f, id: was.ID, replay: true, arrival: was.arrival, listedOn: was.ListedOn}
	if b.format, err = formatOf(b.source, was.File); err != nil {
		return nil, err
	}
	if b.file, err = recall(ctx, l.archive(), was, b.format.delimiter); err != nil {
		return nil, err
	}
	if err := b.prepare(ctx, &past); err != nil {
		return nil, err
	}
	more(b)
	err = past.fast(ctx, conn, b)
	if errors.Is(err, errCareful) {
		err = past.careful(ctx, conn, b)
	}
	return b, err
}

// recall finds the archived bytes of a batch and looks at them as if they had just arrived.
func recall(ctx context.Context, kept archive.Folder, was Batch, delimiter byte) (a *arrived, err error) {
	lost := func(err error) error {
		return fault.New(fault.Refused, "ingest.retract.archive", was.ID, was.File, was.sha256).Because(err)
	}
	if was.sha256 == "" {
		return nil, lost(nil)
	}
	a = &arrived{path: was.File, copy: kept.Path(was.sha256)}
	src, err := os.Open(a.copy)
	if err != nil {
		return nil, lost(err)
	}
	defer closing(&err, src)
	if _, err := a.pour(ctx, io.Discard, src, delimiter, func(int64) {}); err != nil {
		return nil, err
	}
	if a.sha256 != was.sha256 {
		return nil, lost(nil)
	}
	return a, nil
}

// difference fills r with what the new history changes in the current rows, and finds the rows to write.
func (h *history) difference(ctx context.Context, conn *sql.Conn, r *Retraction) error {
	var ids []int64
	for _, b := range h.again {
		ids = append(ids, b.ID)
	}
	table, fresh := h.at(h.feed.Name), scratch+".main."+ident(h.feed.Name)
	if err := h.findUsed(ctx, conn, table, fresh); err != nil {
		return err
	}
	cols, rows := idents(h.used), idents(h.stored())
	old := fmt.Sprintf("select %s from %s where batch_id in (%s) or %s", rows, table, numbers(ids), h.open())
	for _, stmt := range []string{
		fmt.Sprintf("create or replace temp table kl_gone as %s except all select %s from %s", old, rows, fresh),
		fmt.Sprintf("create or replace temp table kl_new as select %s from %s except all %s", rows, fresh, old),
		// By content, whichever batch holds it.
		fmt.Sprintf(`create or replace temp table kl_changed as
			with was as (select %[1]s from %[2]s where superseded_by is null), now as (select %[1]s from %[3]s where superseded_by is null),
			side as (select *, 0 as side from (select * from was except all select * from now)
				union all select *, 1 from (select * from now except all select * from was))
			select %[4]s, case when min(side) = 1 then 'back' when max(side) = 0 then 'lost' else 'changed' end as what
			from side group by %[4]s`, cols, table, fresh, idents(h.feed.Key)),
	} {
		if _, err := conn.ExecContext(ctx, stmt); err != nil {
			return fmt.Errorf("compare the histories: %w", err)
		}
	}
	err := conn.QueryRowContext(ctx, `select count(*) filter (where what = 'lost'), count(*) filter (where what = 'back'),
		count(*) filter (where what = 'changed') from kl_changed`).Scan(&r.Lost, &r.Back, &r.Changed)
	if err != nil {
		return fmt.Errorf("compare the histories: %w", err)
	}
	if r.examples, err = h.examples(ctx, conn); err != nil {
		return err
	}
	return h.columnsOf(ctx, conn, r.examples, table, fresh)
}

// findUsed finds the columns that hold anything, in the old history or the new one; the key is always among them.
func (h *history) findUsed(ctx context.Context, conn *sql.Conn, tables ...string) error {
	holds := make([]bool, len(h.feed.Columns))
	filled, into, counts := make([]bool, len(holds)), make([]any, len(holds)), make([]string, len(holds))
	for i, c := range h.feed.Columns {
		into[i], counts[i] = &filled[i], "count("+ident(c.Name)+") > 0"
	}
	for _, table := range tables {
		if err := conn.QueryRowContext(ctx, "select "+strings.Join(counts, ", ")+" from "+table).Scan(into...); err != nil {
			return fmt.Errorf("look for empty columns: %w", err)
		}
		for i := range holds {
			holds[i] = holds[i] || filled[i]
		}
	}
	h.used = nil
	for i, c := range h.feed.Columns {
		if holds[i] || slices.Contains(h.feed.Key, c.Name) {
			h.used = append(h.used, c.Name)
		}
	}
	return nil
}

// stored are the columns of a row of the table, but for those that are empty throughout.
func (h *history) stored() []string {
	out := append(slices.Clone(h.used), "batch_id", "superseded_by")
	if h.feed.From != "" {
		out = append(out, presumed)
	}
	return out
}

// examples names the first keys of every sort.
func (h *history) examples(ctx context.Context, conn *sql.Conn) (list []example, err error) {
	rows, err := conn.QueryContext(ctx, fmt.Sprintf(`with named as (select what, %s as name from kl_changed)
		select what, name from (select *, row_number() over (partition by what order by name) as place from named)
		where place <= %d order by what, name`, h.keyName("kl_changed"), shown))
	if err != nil {
		return nil, fmt.Errorf("name the differences: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e example
		if err := rows.Scan(&e.what, &e.key); err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// settle writes the new history into the warehouse.
func (h *history) settle(ctx context.Context, conn *sql.Conn) error {
	return inTransaction(ctx, conn, func() error {
		for _, stmt := range append(h.rowStatements(), h.ledgerStatements()...) {
			if _, err := conn.ExecContext(ctx, stmt); err != nil {
				return fmt.Errorf("write the new history: %w", err)
			}
		}
		b := h.own
		if b.ID == 0 {
			return nil // no decision, only its consequences
		}
		_, err := conn.ExecContext(ctx, `insert into batches (batch_id, kind, source, feed, file, sha256, mapping_hash, bytes,
			rows_read, rows_loaded, rows_unchanged, rows_superseded, rows_closed, rows_rejected, rows_filtered, received_at,
			replaces, decided_by, decided_name, reason) values (?, ?, ?, ?, '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, ?, ?, ?, ?, ?)`,
			b.ID, b.Kind, b.Source, b.Feed, b.arrival, b.Replaces, b.By, b.ByName, b.Reason)
		if err != nil {
			return fmt.Errorf("record the retraction: %w", err)
		}
		return nil
	})
}

// rowStatements replace the rows that differ; those of a batch that is out stay, superseded by what undoes it.
func (h *history) rowStatements() []string {
	table := h.at(h.feed.Name)
	var on []string
	for _, name := range h.stored() {
		on = append(on, fmt.Sprintf("t.%[1]s is not distinct from g.%[1]s", ident(name)))
	}
	stmts := []string{
		fmt.Sprintf("delete from %s as t using kl_gone g where %s", table, strings.Join(on, " and ")),
		fmt.Sprintf("insert into %s (%s) select * from kl_new", table, idents(h.stored())),
	}
	for _, id := range h.off {
		stmts = append(stmts, fmt.Sprintf("update %s set superseded_by = %d where batch_id = %d", table, h.undoers[id], id))
	}
	return stmts
}

// ledgerStatements bring the rejects and the counts of the replayed batches up to date, and who undoes whom.
func (h *history) ledgerStatements() []string {
	var ids []int64
	for _, b := range h.again {
		ids = append(ids, b.ID)
	}
	list := numbers(ids)
	stmts := []string{
		fmt.Sprintf("delete from rejects where batch_id in (%s)", list),
		fmt.Sprintf("insert into rejects select * from %s.main.rejects", scratch),
		fmt.Sprintf(`update batches set rows_loaded = n.rows_loaded, rows_unchanged = n.rows_unchanged,
			rows_superseded = n.rows_superseded, rows_closed = n.rows_closed, rows_rejected = n.rows_rejected
			from %s.main.batches n where n.batch_id = batches.batch_id and batches.batch_id in (%s)`, scratch, list),
		"update batches set undone_by = null where undone_by is not null",
	}
	for id, by := range h.undoers {
		stmts = append(stmts, fmt.Sprintf("update batches set undone_by = %d where batch_id = %d", by, id))
	}
	return stmts
}

// renewRejects writes the reject file anew of every replayed batch that now rejects more rows or others.
func (l *loader) renewRejects(h *history) error {
	for i, b := range h.replayed {
		if l.redo || int64(len(b.rejects)) == h.again[i].Rejected || len(b.rejects) == 0 {
			continue
		}
		if err := writeRejects(l.rejectFile(b), b.plan.header, b.rejects, l.o.Lang); err != nil {
			return fmt.Errorf("reject file: %w", err)
		}
	}
	return nil
}
