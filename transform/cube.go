package transform

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

// The two cubes. One cube of all dimensions would be as long as the measure rows themselves (a manager has some eighty
// cases a month, which kind, severity and category tell apart almost one by one), so there is one of who answers for a
// row and one of what the row is about. A question that crosses the two reads the measure's view. The first is a view of
// two tables: the sums of measures whose rows carry numbers for their dimensions, and those of the others. Durations are
// only in the second: how many there are of a company is told from it, and a percentile of a manager reads the rows anyway.
const (
	cubeSums   = `excluded_reason VARCHAR, "rows" BIGINT, num BIGINT, den BIGINT, num_sq BIGINT`
	cubeOwners = "create table cube_owners (kpi VARCHAR, ym INTEGER, owner_no INTEGER, " + cubeSums + ")"
	cubeTexts  = `create table cube_texts (kpi VARCHAR, ym INTEGER, manager_id VARCHAR, unassigned_reason VARCHAR, team VARCHAR,
		region VARCHAR, tier INTEGER, ` + cubeSums + ")"
	cubeTraits = `create table cube_traits (kpi VARCHAR, ym INTEGER, region VARCHAR, tier INTEGER, kind VARCHAR, severity VARCHAR,
		category VARCHAR, ` + cubeSums + ")"
	cubeView = `create view cube as select c.kpi, c.ym, o.manager_id, o.unassigned_reason, o.team, o.region, o.tier,
		c.excluded_reason, c."rows", c.num, c.den, c.num_sq from cube_owners c join dim_owners o on o.owner_no = c.owner_no
		union all select * from cube_texts`
	ownersModel = "dim_owners" // that the view reads
)

// inCube reports whether the rows of a measure add up over months and are answered (of durations: counted) from their
// sums: not those of cohorts, nor of money and duties, whose intervals need the rows, nor of samples, which are weighed.
func inCube(m sql.Model) bool {
	kinds := []string{"ratio", "mean", "exposure", "duration", "count"}
	return m.Header.Get("over_time") == "sum" && slices.Contains(kinds, m.Header.Get("kind"))
}

// cube adds up the rows of every measure that sums over time, by month. The tables are sorted by measure and month, so
// that a question reads a few row groups.
func (b *builder) cube(ctx context.Context) error {
	start := b.o.now()
	for _, s := range []string{cubeOwners, cubeTexts, cubeTraits} {
		if err := b.exec(ctx, s); err != nil {
			return err
		}
	}
	var total int64
	for _, m := range catalogueOrder(b.models) {
		if !inCube(m) {
			continue
		}
		n, err := b.addToCubes(ctx, m)
		if err != nil {
			return b.blame(ctx, m, fmt.Errorf("cube of %s: %w", m.Path, err))
		}
		total += n
	}
	if err := b.exec(ctx, cubeView); err != nil {
		return err
	}
	b.report(ctx, "cube", total, b.o.now().Sub(start))
	return nil
}

// addToCubes adds one measure to both cubes and returns how many rows they have of it.
func (b *builder) addToCubes(ctx context.Context, m sql.Model) (int64, error) {
	numbers, err := b.numbered(ctx, "from "+warehouse.Quote(m.Name))
	if err != nil {
		return 0, err
	}
	if numbers {
		return b.addNumbers(ctx, m)
	}
	return b.addTexts(ctx, m)
}

// byOwner reports whether the sums of a measure are kept by who answers for its rows.
func byOwner(m sql.Model) bool { return m.Header.Get("kind") != "duration" }

// addNumbers adds a measure whose rows carry numbers for their dimensions. Its rows are kept while both cubes are made of them.
func (b *builder) addNumbers(ctx context.Context, m sql.Model) (int64, error) {
	rows, err := mart("cube_rows")
	if err != nil {
		return 0, err
	}
	if err := b.keep(ctx, m, rows); err != nil {
		return 0, err
	}
	marts := []struct{ mart, table, order string }{
		{"cube_classes", "cube_traits", "ym"}, {"cube_owners", "cube_owners", "ym, owner_no"},
	}
	if !byOwner(m) {
		marts = marts[:1]
	}
	var inserts []string
	for _, into := range marts {
		statement, err := mart(into.mart)
		if err != nil {
			return 0, err
		}
		inserts = append(inserts, "insert into "+into.table+" with measure as (select * from cubed) "+labelled(m, statement)+" order by "+into.order)
	}
	return b.insertOnce(ctx, inserts...)
}

// addTexts adds a measure whose rows have their dimensions as texts: both cubes in one reading of them.
func (b *builder) addTexts(ctx context.Context, m sql.Model) (int64, error) {
	statement, err := mart("cube")
	if err != nil {
		return 0, err
	}
	if err := b.keep(ctx, m, labelled(m, statement)); err != nil {
		return 0, err
	}
	inserts := []string{
		"insert into cube_traits select * exclude (manager_id, unassigned_reason, team, is_traits) from cubed where is_traits = 1 order by ym",
		"insert into cube_texts select * exclude (kind, severity, category, is_traits) from cubed where is_traits = 0 order by ym, manager_id nulls last",
	}
	if !byOwner(m) {
		inserts = inserts[:1]
	}
	return b.insertOnce(ctx, inserts...)
}

// keep makes the temporary table cubed: a mart over the rows of m.
func (b *builder) keep(ctx context.Context, m sql.Model, query string) error {
	return b.exec(ctx, "create temp table cubed as with measure as (select *, "+square(m)+" as num_sq from "+warehouse.Quote(m.Name)+") "+query)
}

// labelled is a statement with the measure in front of its columns.
func labelled(m sql.Model, statement string) string {
	return "select " + warehouse.Literal(m.Header.Get("id")) + " as kpi, c.* from (" + statement + ") c"
}

// insertOnce inserts from the rows kept in cubed, and lets go of them.
func (b *builder) insertOnce(ctx context.Context, statements ...string) (int64, error) {
	n, err := b.insert(ctx, statements...)
	if err != nil {
		return 0, err
	}
	return n, b.exec(ctx, "drop table cubed")
}

// insert runs the statements and returns how many rows they wrote.
func (b *builder) insert(ctx context.Context, statements ...string) (total int64, err error) {
	for _, s := range statements {
		r, err := b.conn.ExecContext(ctx, s)
		if err != nil {
			return 0, err
		}
		n, err := r.RowsAffected()
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

// square is what a measure's num_sq adds up. Only a mean needs the squares, and they are small there; in fen they would
// pass BIGINT, and adding up a wider column costs more than all the others together.
func square(m sql.Model) string {
	if m.Header.Get("kind") == "mean" {
		return "cast(num as decimal(38, 0)) * num"
	}
	return "cast(null as bigint)"
}

// mart returns the statement of sql/marts/<name>.sql, which reads the measure rows as "measure".
func mart(name string) (string, error) {
	path := sql.Marts + "/" + name + ".sql"
	data, err := fs.ReadFile(sql.Embedded, path)
	if err != nil {
		return "", err
	}
	m, err := sql.Parse(path, string(data))
	return m.Query, err
}
