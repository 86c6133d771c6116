package transform

import (
	"context"
	stdsql "database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/kamlens/kamlens/internal/archive"
	"github.com/kamlens/kamlens/internal/fault"
	"github.com/kamlens/kamlens/internal/feed"
	"github.com/kamlens/kamlens/internal/frozen"
	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// builder writes one snapshot file. It uses a single connection: the staging views are TEMP and belong to it.
type builder struct {
	o      Options
	conn   *stdsql.Conn
	path   string
	models []sql.Model
	frozen []frozen.Part   // what is closed
	known  []archive.Entry // of the archive
	result Result
}

// build makes everything that is in a snapshot.
func build(ctx context.Context, o Options, path string) (Result, error) {
	models, err := o.models()
	if err != nil {
		return Result{}, err
	}
	if _, err := os.Stat(o.Warehouse); err != nil {
		return Result{}, fault.New(fault.Refused, "transform.no_warehouse").Because(err)
	}
	db, err := warehouse.Open(ctx, path, o.resources())
	if err != nil {
		return Result{}, err
	}
	conn, err := db.SQL().Conn(ctx)
	if err != nil {
		return Result{}, errors.Join(err, db.Close())
	}
	b := &builder{o: o, conn: conn, path: path, models: models}
	b.result = Result{Snapshot: path, AsOf: o.AsOf}
	err = b.steps(ctx)
	b.result.Elapsed = o.now().Sub(o.Now)
	return b.result, errors.Join(err, conn.Close(), db.Close())
}

// textsAsTheyAre has DuckDB store texts without looking for a way to make them smaller. The looking is what costs: for a
// column of different names three quarters of the time that it takes to write it, and a snapshot is written every day and
// thrown away.
const textsAsTheyAre = "set disabled_compression_methods = 'dictionary,fsst,dict_fsst'"

// steps runs the build in its order.
func (b *builder) steps(ctx context.Context) error {
	for _, s := range []string{textsAsTheyAre, "attach " + warehouse.Literal(b.o.Warehouse) + " as raw (read_only)"} {
		if err := b.exec(ctx, s); err != nil {
			return err
		}
	}
	for _, step := range []func(context.Context) error{
		b.goTables, b.frozenPeriods, b.runModels, b.obligations, b.cube, b.catalogue, b.tables, b.copies, b.checks,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// runModels makes staging, facts and measures.
func (b *builder) runModels(ctx context.Context) error {
	begun, known := b.o.now(), len(b.result.Models)
	for _, m := range b.models {
		if m.Layer == sql.Checks || m.Layer == sql.Tables {
			continue
		}
		start := b.o.now()
		n, err := b.runModel(ctx, m)
		if err != nil {
			return b.blame(ctx, m, fmt.Errorf("model %s: %w", m.Path, err))
		}
		b.report(ctx, m.Name, n, b.o.now().Sub(start))
	}
	b.sayMade(b.result.Models[known:], b.o.now().Sub(begun))
	return nil
}

// runModel makes the table or view of m and returns its rows, -1 for a view.
func (b *builder) runModel(ctx context.Context, m sql.Model) (int64, error) {
	name := warehouse.Quote(m.Name)
	switch {
	case m.Layer == sql.Staging && m.Header.Get("materialized") == "table":
		return b.create(ctx, "temp table", m.Name, m.Query)
	case m.Layer == sql.Staging:
		return -1, b.exec(ctx, "create temp view "+name+" as "+m.Query)
	case m.Layer == sql.Facts && m.Header.Get("materialized") != "view":
		return b.create(ctx, "table", m.Name, sorted(m))
	case m.Layer == sql.KPI:
		d, err := b.decidedOn(ctx, m)
		if err != nil {
			return 0, err
		}
		computed := measureView(m, d)
		c, err := closedOf(b.frozen, m.Header.Get("id"))
		query := computed
		if err == nil && len(c.periods) > 0 {
			query, err = b.close(ctx, m, query, c)
		}
		if err == nil {
			err = b.ahead(ctx, m, computed, c)
		}
		if err != nil {
			return 0, err
		}
		return -1, b.exec(ctx, "create view "+name+" as "+query)
	default:
		return -1, b.exec(ctx, "create view "+name+" as "+m.Query)
	}
}

// sorted is the query of a fact in the order of its header order: readers then touch few row groups.
func sorted(m sql.Model) string {
	columns := m.Header.List("order")
	if len(columns) == 0 {
		return m.Query
	}
	keys := make([]string, len(columns))
	for i, c := range columns {
		keys[i] = warehouse.Quote(c) + " nulls last"
	}
	return "select * from (" + m.Query + "\n) order by " + strings.Join(keys, ", ")
}

// create makes a table from a query and returns its rows.
func (b *builder) create(ctx context.Context, what, name, query string) (int64, error) {
	if err := b.exec(ctx, "create "+what+" "+warehouse.Quote(name)+" as "+query); err != nil {
		return 0, err
	}
	return one[int64](ctx, b.conn, "select count(*) from "+warehouse.Quote(name))
}

func (b *builder) exec(ctx context.Context, statement string) error {
	_, err := b.conn.ExecContext(ctx, statement)
	return err
}

// report keeps what one step made, and prints it for those who want to see every table.
func (b *builder) report(_ context.Context, name string, rows int64, took time.Duration) {
	b.result.Models = append(b.result.Models, ModelReport{Name: name, Rows: rows, Elapsed: took})
	if rows >= 0 && b.o.Verbose {
		b.say("transform.model", name, rows, took.Seconds())
	}
}

// sayMade says in one line what the models made.
func (b *builder) sayMade(made []ModelReport, took time.Duration) {
	var tables int
	var rows int64
	for _, m := range made {
		if m.Rows >= 0 {
			tables, rows = tables+1, rows+m.Rows
		}
	}
	b.say("transform.made", tables, rows, len(made)-tables, took.Seconds())
}

// say prints a line of progress. A progress writer that fails must not fail the run.
func (b *builder) say(key string, args ...any) {
	_, _ = fmt.Fprintln(b.o.Progress, b.o.Lang.T(key, args...))
}

// rawTables lists the tables of the catalog raw.
func rawTables() []string {
	names := []string{"raw.batches", "raw.rejects"}
	for _, f := range feed.All() {
		names = append(names, "raw."+f.Name)
	}
	return names
}

// one returns the single value of a query.
func one[T any](ctx context.Context, conn *stdsql.Conn, query string, args ...any) (T, error) {
	var v T
	err := conn.QueryRowContext(ctx, query, args...).Scan(&v)
	return v, err
}

// column reads the first column of all rows.
func column[T any](ctx context.Context, conn *stdsql.Conn, query string) (values []T, err error) {
	rows, err := conn.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	return values, rows.Err()
}

// quoted joins names as identifiers.
func quoted(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = warehouse.Quote(n)
	}
	return strings.Join(q, ", ")
}
