package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"

	"github.com/duckdb/duckdb-go/v2"
)

// Append writes rows into table through conn and returns how many. Values are int64, int32, string, bool, time.Time
// (DATE and TIMESTAMP) or nil, in the order of the table's columns.
func Append(ctx context.Context, conn *sql.Conn, table string, rows iter.Seq[[]driver.Value]) (int64, error) {
	var n int64
	err := conn.Raw(func(raw any) error {
		dc, ok := raw.(driver.Conn)
		if !ok {
			return fmt.Errorf("unexpected driver connection %T", raw)
		}
		a, err := duckdb.NewAppenderFromConn(dc, "", table)
		if err != nil {
			return err
		}
		for row := range rows {
			if err := errors.Join(a.AppendRow(row...), ctx.Err()); err != nil {
				return errors.Join(err, a.Close())
			}
			n++
		}
		return a.Close()
	})
	if err != nil {
		return n, fmt.Errorf("append to %s: %w", table, err)
	}
	return n, nil
}
