package transform

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/kamlens/kamlens/internal/warehouse"
	"github.com/kamlens/kamlens/sql"
)

const cubeColumns = `kpi VARCHAR, ym INTEGER, manager_id VARCHAR, unassigned_reason VARCHAR, team VARCHAR,
	region VARCHAR, tier INTEGER, kind VARCHAR, severity VARCHAR, category VARCHAR, excluded_reason VARCHAR,
	"rows" BIGINT, num BIGINT, den BIGINT, num_sq BIGINT`

// cube adds up the rows of every measure that sums over time, by month and every dimension but customer. It is sorted
// by measure, month and manager, so that a question reads a few row groups.
func (b *builder) cube(ctx context.Context) error {
	if err := b.exec(ctx, "create table cube ("+cubeColumns+")"); err != nil {
		return fmt.Errorf("cube: %w", err)
	}
	statement, err := mart("cube")
	if err != nil {
		return err
	}
	start := b.o.now()
	var total int64
	for _, m := range catalogueOrder(b.models) {
		if m.Header.Get("over_time") != "sum" {
			continue
		}
		r, err := b.conn.ExecContext(ctx, "insert into cube with measure as (select * from "+warehouse.Quote(m.Name)+") select "+
			warehouse.Literal(m.Header.Get("id"))+", "+cubed(m)+" from ("+statement+") c order by c.ym, c.manager_id nulls last")
		if err != nil {
			return fmt.Errorf("cube of %s: %w", m.Path, err)
		}
		n, err := r.RowsAffected()
		if err != nil {
			return err
		}
		total += n
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
