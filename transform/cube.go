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
// row and one of what the row is about. A question that crosses the two reads the measure's view.
const (
	cubeColumns = `kpi VARCHAR, ym INTEGER, manager_id VARCHAR, unassigned_reason VARCHAR, team VARCHAR,
		region VARCHAR, tier INTEGER, excluded_reason VARCHAR, "rows" BIGINT, num BIGINT, den BIGINT, num_sq BIGINT`
	cubeTraitsColumns = `kpi VARCHAR, ym INTEGER, region VARCHAR, tier INTEGER, kind VARCHAR, severity VARCHAR,
		category VARCHAR, excluded_reason VARCHAR, "rows" BIGINT, num BIGINT, den BIGINT, num_sq BIGINT`
)

// inCube reports whether the rows of a measure add up over months and are answered (of durations: counted) from their
// sums: not those of cohorts, nor of money and duties, whose intervals need the rows.
func inCube(m sql.Model) bool {
	kinds := []string{"ratio", "mean", "exposure", "duration"}
	return m.Header.Get("over_time") == "sum" && slices.Contains(kinds, m.Header.Get("kind"))
}

// cube adds up the rows of every measure that sums over time, by month. The tables are sorted by measure and month, so
// that a question reads a few row groups.
func (b *builder) cube(ctx context.Context) error {
	start := b.o.now()
	var total int64
	for _, c := range []struct{ name, columns, order string }{
		{"cube", cubeColumns, "c.ym, c.manager_id nulls last"},
		{"cube_traits", cubeTraitsColumns, "c.ym"},
	} {
		if err := b.exec(ctx, "create table "+c.name+" ("+c.columns+")"); err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		statement, err := mart(c.name)
		if err != nil {
			return err
		}
		for _, m := range catalogueOrder(b.models) {
			if !inCube(m) {
				continue
			}
			r, err := b.conn.ExecContext(ctx, "insert into "+c.name+" with measure as (select * from "+warehouse.Quote(m.Name)+") select "+
				warehouse.Literal(m.Header.Get("id"))+", "+cubed(m)+" from ("+statement+") c order by "+c.order)
			if err != nil {
				return b.blame(ctx, m, fmt.Errorf("%s of %s: %w", c.name, m.Path, err))
			}
			n, err := r.RowsAffected()
			if err != nil {
				return err
			}
			total += n
		}
	}
	b.report(ctx, "cube", total, b.o.now().Sub(start))
	return nil
}

// cubed are the columns of the cube's statement to store. Only a mean needs the squares, and they are small there; in
// fen they would pass BIGINT, and reading a wider column costs more than all the others together.
func cubed(m sql.Model) string {
	if m.Header.Get("kind") == "mean" {
		return "c.*"
	}
	return "c.* replace (cast(null as bigint) as num_sq)"
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
